import { betaQuantile, betaTails } from "./beta.ts";

/**
 * The distribution function of Student's t with `degrees` > 0 of freedom (they need not be whole).
 *
 * Source: Abramowitz and Stegun 26.5.27, P(T ≤ −|t|) = ½·I_x(ν/2, ½) with x = ν/(ν+t²).
 */
export function studentCdf(t: number, degrees: number): number {
  const square = t * t;
  const tail = betaTails(degrees / (degrees + square), square / (degrees + square), degrees / 2, 0.5).lower / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The probability of a value as far from 0 as `t` or farther, on either side. */
export function studentTwoSided(t: number, degrees: number): number {
  return 2 * studentCdf(-Math.abs(t), degrees);
}

/**
 * The quantile of Student's t: the value below which a share `p` lies. To 1e-9 for up to a million degrees of freedom.
 * @throws TypeError unless 0 < p < 1 and degrees > 0
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1 && degrees > 0)) throw new TypeError("not a probability between 0 and 1, or no degrees of freedom");
  if (p === 0.5) return 0;
  const x = betaQuantile(2 * Math.min(p, 1 - p), degrees / 2, 0.5);
  const t = Math.sqrt((degrees * (1 - x)) / x);
  return p < 0.5 ? -t : t;
}

/**
 * The quantile of Fisher's F with `above` and `below` degrees of freedom.
 *
 * Source: Abramowitz and Stegun 26.6.2.
 * @throws TypeError as {@link betaQuantile}
 */
export function fisherQuantile(p: number, above: number, below: number): number {
  const x = betaQuantile(p, above / 2, below / 2);
  return (below * x) / (above * (1 - x));
}
