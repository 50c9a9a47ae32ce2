/** The two-sided 95 % point of the normal distribution, `Φ⁻¹(0.975)`, to the last bit of a double. */
export const Z95 = 1.959963984540054;

/** Limits of an interval. For proportions in 0..1, for differences of proportions in −1..1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Wilson's score interval for a binomial proportion, 95 % unless another `z` is given, without continuity correction:
 *
 *     ( p̂ + z²/2n ± z·√( p̂(1−p̂)/n + z²/4n² ) ) / ( 1 + z²/n )
 *
 * Chosen over the textbook interval because it stays inside 0..1 and keeps its coverage in small groups and near 0 and 1.
 * `successes` need not be whole: the tables give the published share times the published base, so that anyone can
 * compute the limits again from what was published and learns nothing more by them.
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209–212.
 * @throws TypeError unless 0 ≤ successes ≤ n and n > 0
 */
export function wilson(successes: number, n: number, z: number = Z95): Interval {
  if (!(n > 0 && Number.isFinite(n) && successes >= 0 && successes <= n)) throw new TypeError("not a proportion");
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
 * Newcombe's hybrid score interval for the difference `a − b` of two independent proportions, 95 % unless another `z`
 * is given: with Wilson's limits l, u of each,
 *
 *     D − √((p₁−l₁)² + (u₂−p₂)²)   to   D + √((u₁−p₁)² + (p₂−l₂)²)
 *
 * Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
 * Medicine 17 (1998) 873–890, method 10.
 * @throws TypeError as {@link wilson}
 */
export function newcombe(
  a: readonly [successes: number, n: number],
  b: readonly [successes: number, n: number],
  z: number = Z95,
): Interval {
  const first = wilson(a[0], a[1], z);
  const second = wilson(b[0], b[1], z);
  const p = a[0] / a[1];
  const q = b[0] / b[1];
  return {
    low: p - q - Math.hypot(p - first.low, second.high - q),
    high: p - q + Math.hypot(first.high - p, q - second.low),
  };
}
