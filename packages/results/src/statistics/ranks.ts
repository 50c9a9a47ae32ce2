import { twoSided } from "./normal.ts";
import { people, type ScaleCounts } from "./scale.ts";
import { studentTwoSided } from "./student.ts";

/** @throws TypeError unless both have the same number of points, and at least `least` people each */
export function checkScales(a: ScaleCounts, b: ScaleCounts, least: number): readonly [number, number] {
  if (a.length !== b.length) throw new TypeError("two different scales");
  return [people(a, least), people(b, least)];
}

/** How many of `counts` stand below each point, those at the point counting half. */
export function below(counts: ScaleCounts): number[] {
  let sum = 0;
  return counts.map((count) => {
    sum += count;
    return sum - count / 2;
  });
}

/** Pairs (one of `a`, one of `b`) in which `a` is higher; ties count half. Mann and Whitney's U of `a`. */
export function pairsHigher(a: ScaleCounts, b: ScaleCounts): number {
  const under = below(b);
  return a.reduce((sum, count, i) => sum + count * (under[i] as number), 0);
}

/**
 * Mann–Whitney test (Wilcoxon's rank sum) of two groups' answers on one scale, with the correction for ties and the normal
 * approximation, good from about ten people a side. Tests whether one of two people drawn at random tends to answer higher;
 * assumes equal spread where nothing differs: {@link brunnerMunzel} does not. `corrected`: with the correction for continuity.
 *
 * Source: H. B. Mann and D. R. Whitney, Annals of Mathematical Statistics 18 (1947) 50–60; variance with ties as R's
 * `wilcox.test(exact = FALSE)`.
 * @throws TypeError for scales of different length, an empty group, or if everyone gave one answer
 */
export function mannWhitney(a: ScaleCounts, b: ScaleCounts, corrected = false): { readonly u: number; readonly p: number } {
  const [m, n] = checkScales(a, b, 1);
  const u = pairsHigher(a, b);
  const total = m + n;
  const ties = a.reduce((sum, count, i) => sum + tieTerm(count + (b[i] as number)), 0);
  const variance = ((m * n) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (!(variance > 0)) throw new TypeError("everyone alike: nothing to test");
  const distance = Math.abs(u - (m * n) / 2);
  return { u, p: Math.min(1, twoSided((corrected ? distance - 0.5 : distance) / Math.sqrt(variance))) };
}

function tieTerm(t: number): number {
  return t ** 3 - t;
}

/**
 * Brunner and Munzel's test of the same question without the assumption of equal spread, in its t version: the default here.
 * The statistic is positive where `a` tends to answer higher. From about ten people a side.
 *
 * Source: E. Brunner and U. Munzel, "The nonparametric Behrens-Fisher problem", Biometrical Journal 42 (2000) 17–25.
 * @throws TypeError as {@link mannWhitney}, and if the groups do not overlap at all
 */
export function brunnerMunzel(a: ScaleCounts, b: ScaleCounts): { readonly statistic: number; readonly p: number } {
  const [m, n] = checkScales(a, b, 2);
  // The placement of a person: how many of the other group stand below, ties half. Its mean over a is U/m.
  const first = variance(a, below(b), m);
  const second = variance(b, below(a), n);
  const pooled = m * first + n * second;
  if (!(pooled > 0)) throw new TypeError("groups that do not overlap");
  const shift = pairsHigher(a, b) / m - n / 2;
  // Mean ranks differ by shift·(m + n)/n.
  const statistic = (m * n * ((shift * (m + n)) / n)) / ((m + n) * Math.sqrt(pooled));
  const degrees = pooled ** 2 / ((m * first) ** 2 / (m - 1) + (n * second) ** 2 / (n - 1));
  return { statistic, p: studentTwoSided(statistic, degrees) };
}

/** Sample variance of a value that each point has. */
export function variance(counts: ScaleCounts, values: readonly number[], n: number): number {
  const mean = counts.reduce((sum, count, i) => sum + count * (values[i] as number), 0) / n;
  return counts.reduce((sum, count, i) => sum + count * ((values[i] as number) - mean) ** 2, 0) / (n - 1);
}
