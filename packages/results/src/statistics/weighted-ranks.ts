import { checkScales } from "./ranks.ts";
import type { ScaleCounts } from "./scale.ts";
import { studentTwoSided } from "./student.ts";

/** What {@link weightedRankTest} gives. `difference`: mean rank of the second less the first, as shares of 1. */
export interface RankTest {
  readonly difference: number;
  readonly t: number;
  readonly p: number;
}

/**
 * The rank test of two groups in which a person stands for several: `weightA` people each in `a`, `weightB` in `b` (as one
 * audience may be sampled more thinly than the other). Ranks are those of the population that the sample stands for; the
 * standard error is the design's, with replacement. Two-sided p from t with (people − 2) degrees.
 *
 * Source: T. Lumley and A. J. Scott, "Two-sample rank tests under complex sampling", Biometrika 100 (2013) 831–842; as
 * `svyranktest` of R's survey package.
 * @throws TypeError for scales of different length, groups of fewer than two, or if everyone in each group is alike
 */
export function weightedRankTest(a: ScaleCounts, b: ScaleCounts, weightA: number, weightB: number): RankTest {
  const [m, n] = checkScales(a, b, 2);
  const total = weightA * m + weightB * n;
  let under = 0;
  // The middle of the mean over persons at one point, each behind half of its own weight.
  const scores = a.map((count, i) => {
    const weight = weightA * count + weightB * (b[i] as number);
    under += weight;
    return (under - weight / 2) / total;
  });
  const [first, second] = [moments(a, scores, m), moments(b, scores, n)];
  // A regression on the group: the influence of a person is the residual over the group's size.
  const spread = ((m + n) / (m + n - 1)) * (first.squares / m ** 2 + second.squares / n ** 2);
  if (!(spread > 0)) throw new TypeError("everyone alike: nothing to test");
  const difference = second.mean - first.mean;
  const t = difference / Math.sqrt(spread);
  return { difference, t, p: studentTwoSided(t, m + n - 2) };
}

function moments(counts: ScaleCounts, scores: readonly number[], n: number): { readonly mean: number; readonly squares: number } {
  const mean = counts.reduce((sum, count, i) => sum + count * (scores[i] as number), 0) / n;
  return { mean, squares: counts.reduce((sum, count, i) => sum + count * ((scores[i] as number) - mean) ** 2, 0) };
}
