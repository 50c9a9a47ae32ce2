import { betaQuantile } from "./beta.ts";
import { normalQuantile, Z95 } from "./normal.ts";

/** Limits of a 95 % interval. For proportions in 0..1, for differences of proportions in −1..1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How many of how many. */
export type Ratio = readonly [successes: number, n: number];

/** @throws TypeError unless 0 ≤ successes ≤ n and n > 0 */
function checkRatio(successes: number, n: number): void {
  if (!(n > 0 && Number.isFinite(n) && successes >= 0 && successes <= n)) throw new TypeError("not a proportion");
}

/**
 * Wilson's score interval for a binomial proportion, 95 %, without continuity correction:
 *
 *     ( p̂ + z²/2n ± z·√( p̂(1−p̂)/n + z²/4n² ) ) / ( 1 + z²/n )
 *
 * Chosen over the textbook interval because it stays inside 0..1 and keeps its coverage in small groups and near 0 and 1.
 * Assumes independent answers; sampling error alone: who did not answer is not in it.
 * `successes` need not be whole: the tables give the published share times the published base, so that anyone can
 * compute the limits again from what was published and learns nothing more by them.
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209–212.
 * @throws TypeError unless 0 ≤ successes ≤ n and n > 0
 */
export function wilson(successes: number, n: number): Interval {
  checkRatio(successes, n);
  return scoreInterval(successes, n, Z95);
}

function scoreInterval(successes: number, n: number, z: number): Interval {
  const p = successes / n;
  const centre = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  // At the ends one limit is exact by algebra; rounding of doubles must not push it past 0 or 1.
  return {
    low: successes === 0 ? 0 : Math.max(0, (centre - half) / scale),
    high: successes === n ? 1 : Math.min(1, (centre + half) / scale),
  };
}

/**
 * The interval of Agresti and Coull, 95 %: the textbook one about (k + z²/2) of (n + z²), cut at 0 and 1. Nearly Wilson's;
 * here so that readers who are used to it can compare.
 *
 * Source: A. Agresti and B. A. Coull, The American Statistician 52 (1998) 119–126.
 * @throws TypeError as {@link wilson}
 */
export function agrestiCoull(successes: number, n: number): Interval {
  checkRatio(successes, n);
  const people = n + Z95 * Z95;
  const p = (successes + (Z95 * Z95) / 2) / people;
  const half = Z95 * Math.sqrt((p * (1 - p)) / people);
  return { low: Math.max(0, p - half), high: Math.min(1, p + half) };
}

/**
 * The "exact" interval of Clopper and Pearson, 95 %: never covers less, often more. For whole numbers.
 *
 * Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404–413; limits as quantiles of the beta distribution.
 * @throws TypeError as {@link wilson}
 */
export function clopperPearson(successes: number, n: number): Interval {
  checkRatio(successes, n);
  return {
    low: successes === 0 ? 0 : betaQuantile(0.025, successes, n - successes + 1),
    high: successes === n ? 1 : betaQuantile(0.975, successes + 1, n - successes),
  };
}

/**
 * Simultaneous 95 % intervals for all points of a scale at once (counts of a multinomial sample): each is a score interval at
 * the level 1 − 0.05/k, so that all k hold together.
 *
 * Source: L. A. Goodman, "On simultaneous confidence intervals for multinomial proportions", Technometrics 7 (1965) 247–254.
 * @throws TypeError if nobody is counted
 */
export function goodman(counts: readonly number[]): Interval[] {
  const n = counts.reduce((a, b) => a + b, 0);
  const z = normalQuantile(1 - 0.025 / counts.length);
  return counts.map((count) => {
    checkRatio(count, n);
    return scoreInterval(count, n, z);
  });
}
