import type { Interval } from "./proportion.ts";
import { studentQuantile } from "./student.ts";

/** How often each point of a scale was given, the worst answer first. */
export type ScaleCounts = readonly number[];

/** @throws TypeError for a scale of one point, or if fewer than `least` people are counted */
export function people(counts: ScaleCounts, least = 1): number {
  const n = counts.reduce((a, b) => a + b, 0);
  if (counts.length < 2 || !(n >= least) || counts.some((count) => !(count >= 0))) throw new TypeError("not counts of a scale");
  return n;
}

/** The counts of an item whose agreement is unfavourable, turned round: x' = K + 1 − x. */
export function reversed(counts: ScaleCounts): number[] {
  return [...counts].reverse();
}

/**
 * The index of an item, 0 (all at the worst point) to 100 (all at the best): 100·(mean − 1)/(K − 1), with its standard error
 * s/√n. Treats the points as evenly spaced.
 * @throws TypeError unless two people or more are counted
 */
export function scaleIndex(counts: ScaleCounts): { readonly index: number; readonly standardError: number } {
  const n = people(counts, 2);
  const step = 100 / (counts.length - 1);
  const index = counts.reduce((sum, count, i) => sum + count * i * step, 0) / n;
  const squares = counts.reduce((sum, count, i) => sum + count * (i * step - index) ** 2, 0);
  return { index, standardError: Math.sqrt(squares / (n - 1) / n) };
}

/**
 * The 95 % t interval of a mean over `n` people with the standard deviation `deviation`.
 *
 * Source: "Student", "The probable error of a mean", Biometrika 6 (1908) 1–25.
 * @throws TypeError for fewer than two people
 */
export function meanInterval(mean: number, deviation: number, n: number): Interval {
  const half = (studentQuantile(0.975, n - 1) * deviation) / Math.sqrt(n);
  return { low: mean - half, high: mean + half };
}

/**
 * How far people agree with one another, whatever on: 1 if all give one answer, 0 if half stand at each end.
 *
 *     1 + Σ pᵢ·log₂(1 − |xᵢ − μ|/(K − 1))
 *
 * Source: W. J. Tastle and M. J. Wierman, "Consensus and dissention", International Journal of Approximate Reasoning 45
 * (2007) 531–545.
 * @throws TypeError if nobody is counted
 */
export function consensus(counts: ScaleCounts): number {
  const n = people(counts);
  const mean = counts.reduce((sum, count, i) => sum + count * i, 0) / n;
  const width = counts.length - 1;
  return counts.reduce((sum, count, i) => (count === 0 ? sum : sum + (count / n) * Math.log2(1 - Math.abs(i - mean) / width)), 1);
}
