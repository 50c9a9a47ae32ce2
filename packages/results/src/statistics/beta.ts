import { stirlingError } from "./gamma.ts";

/** Both parts of a probability. Each keeps its digits, however small it is. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
}

/**
 * I_x(a, b), the distribution function of the beta distribution (regularised incomplete beta function), for a, b > 0.
 *
 * Source: the continued fraction DLMF 8.17.22 by Lentz's method; its factor x^a·(1−x)^b / B(a, b) in Loader's form.
 */
export function betaCdf(x: number, a: number, b: number): number {
  return betaTails(x, 1 - x, a, b).lower;
}

/** The same with x and y = 1 − x given apart, for callers that know the small one exactly. */
export function betaTails(x: number, y: number, a: number, b: number): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  if (x * (a + b + 2) > a + 1) {
    const { lower, upper } = betaTails(y, x, b, a);
    return { lower: upper, upper: lower };
  }
  const lower = (betaFactor(x, y, a, b) * continuedFraction(x, a, b)) / a;
  return { lower, upper: 1 - lower };
}

function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= 20_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return value;
}

/** x^a·y^b / B(a, b) without the loss of digits that ln B of large a and b brings. */
function betaFactor(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.exp(exponent) * Math.sqrt((a * b) / (2 * Math.PI * n));
}

/** k·ln(k/m) + m − k, exact where k is near m (Loader's bd0). */
function deviance(k: number, m: number): number {
  if (Math.abs(k - m) >= 0.1 * (k + m)) return k * Math.log(k / m) + m - k;
  const v = (k - m) / (k + m);
  let sum = (k - m) * v;
  let term = 2 * k * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/**
 * The quantile of the beta distribution: the x with I_x(a, b) = p. Newton's steps, kept inside a bracket that halves.
 * @throws TypeError unless 0 ≤ p ≤ 1 and a, b > 0
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1 && a > 0 && b > 0)) throw new TypeError("not a probability, or not a beta distribution");
  if (p === 0 || p === 1) return p;
  let low = 0;
  let high = 1;
  let x = a / (a + b);
  for (let step = 0; step < 1100 && high - low > 1e-16 * x; step++) {
    const { lower, upper } = betaTails(x, 1 - x, a, b);
    // The smaller tail has more digits.
    const excess = p < 0.5 ? lower - p : 1 - p - upper;
    if (excess === 0) return x;
    if (excess > 0) high = x;
    else low = x;
    const newton = x - (excess * x * (1 - x)) / betaFactor(x, 1 - x, a, b);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (next === x) break;
    x = next;
  }
  return x;
}
