import { normalQuantile, twoSided, Z95 } from "./normal.ts";
import { type Interval, type Ratio, wilson } from "./proportion.ts";

/**
 * Newcombe's hybrid score interval for the difference `a − b` of two independent proportions, 95 %: with Wilson's limits
 * l, u of each,
 *
 *     D − √((p₁−l₁)² + (u₂−p₂)²)   to   D + √((u₁−p₁)² + (p₂−l₂)²)
 *
 * For the gap of two audiences, and for two waves: waves have no persons in common that anyone could tell, so they are
 * treated as independent. Where people did answer both, that makes the interval too wide, not too narrow.
 *
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
 * Medicine 17 (1998) 873–890, method 10.
 * @throws TypeError as {@link wilson}
 */
export function newcombe(a: Ratio, b: Ratio): Interval {
  const first = wilson(...a);
  const second = wilson(...b);
  const p = a[0] / a[1];
  const q = b[0] / b[1];
  return {
    low: p - q - Math.sqrt((p - first.low) ** 2 + (second.high - q) ** 2),
    high: p - q + Math.sqrt((first.high - p) ** 2 + (q - second.low) ** 2),
  };
}

/** A test whose statistic is normal: positive where the first of two is higher. `p` is two-sided. */
export interface ZTest {
  readonly z: number;
  readonly p: number;
}

/**
 * Whether two independent proportions differ: the pooled z test, whose square is Pearson's χ² without Yates' correction.
 *
 * Source: K. Pearson (1900); as `prop.test(correct = FALSE)` of R.
 * @throws TypeError unless both are proportions and at least one person, but not all, succeeded
 */
export function twoProportions(a: Ratio, b: Ratio): ZTest {
  wilson(...a);
  wilson(...b);
  const pooled = (a[0] + b[0]) / (a[1] + b[1]);
  if (pooled === 0 || pooled === 1) throw new TypeError("everyone alike: nothing to test");
  const z = (a[0] / a[1] - b[0] / b[1]) / Math.sqrt(pooled * (1 - pooled) * (1 / a[1] + 1 / b[1]));
  return { z, p: twoSided(z) };
}

/**
 * Whether a proportion rises or falls over three or more waves, in steps of one: χ² with one degree of freedom. Assumes
 * waves of different people.
 *
 * Source: W. G. Cochran, Biometrics 10 (1954) 417–451; P. Armitage, Biometrics 11 (1955) 375–386; as R's `prop.trend.test`
 * (without the factor (N−1)/N that some programs put there).
 * @throws TypeError for fewer than two waves, or as {@link twoProportions}
 */
export function cochranArmitage(waves: readonly Ratio[]): { readonly chiSquared: number; readonly p: number } {
  if (waves.length < 2) throw new TypeError("no trend of one wave");
  for (const wave of waves) wilson(...wave);
  const sum = (of: (wave: Ratio, score: number) => number): number => waves.reduce((total, wave, score) => total + of(wave, score), 0);
  const n = sum((wave) => wave[1]);
  const pooled = sum((wave) => wave[0]) / n;
  if (pooled === 0 || pooled === 1) throw new TypeError("everyone alike: nothing to test");
  const centre = sum((wave, score) => wave[1] * score) / n;
  const slope = sum((wave, score) => (wave[0] - pooled * wave[1]) * (score - centre));
  const spread = sum((wave, score) => wave[1] * (score - centre) ** 2);
  const chiSquared = slope ** 2 / (pooled * (1 - pooled) * spread);
  return { chiSquared, p: twoSided(Math.sqrt(chiSquared)) };
}

/**
 * The smallest rise above `p` that a next wave of `next` people would find, beside one of `now`, in four of five cases (power
 * 0.8) at 95 %. A target below it could be reached and nobody would know. At most 1 − p, all that is left to rise.
 *
 * Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences (1988) ch. 6: the effect h = 2·asin√p₂ − 2·asin√p₁
 * that power 0.8 needs; the chance of a significant difference in the wrong direction counts in, as it does in statsmodels.
 * @throws TypeError unless 0 ≤ p ≤ 1 and both waves have people
 */
export function smallestDetectableRise(p: number, now: number, next: number): number {
  if (!(p >= 0 && p <= 1 && now > 0 && next > 0)) throw new TypeError("not a proportion, or a wave of nobody");
  // The wrong direction adds Φ(−z₀.₉₇₅ − 2.8) ≈ 1e-6 to the power: that much less is needed in the right one. Settles at once.
  let shift = Z95 + normalQuantile(0.8);
  for (let step = 0; step < 3; step++) {
    const wrong = twoSided(Z95 + shift) / 2;
    shift = Z95 + normalQuantile(0.8 - wrong);
  }
  const h = shift * Math.sqrt(1 / now + 1 / next);
  return Math.sin(Math.min(Math.PI / 2, Math.asin(Math.sqrt(p)) + h / 2)) ** 2 - p;
}
