/** Coefficients of Stirling's series, B₂ₖ / (2k·(2k−1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];

/** From here on the series is good to the last digit. */
const SERIES_FROM = 15;

/**
 * ln Γ(x) for x > 0.
 *
 * Source: Stirling's series (Abramowitz and Stegun 6.1.41), brought to x ≥ 15 by Γ(x+1) = x·Γ(x).
 * @throws TypeError unless x > 0
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new TypeError("not positive");
  let product = 1;
  let shifted = x;
  while (shifted < SERIES_FROM) {
    product *= shifted;
    shifted += 1;
  }
  return (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series(shifted) - Math.log(product);
}

/**
 * What Stirling's formula is short of: ln Γ(x+1) − (x+½)·ln x + x − ½·ln 2π. With it, quotients of large gamma functions
 * keep their digits, which differences of `logGamma` lose.
 *
 * Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
 */
export function stirlingError(x: number): number {
  if (x >= SERIES_FROM) return series(x);
  return logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - 0.5 * Math.log(2 * Math.PI);
}

function series(x: number): number {
  const square = x * x;
  return STIRLING.reduceRight((sum, coefficient) => sum / square + coefficient, 0) / x;
}
