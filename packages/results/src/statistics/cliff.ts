import { Z95 } from "./normal.ts";
import type { Interval } from "./proportion.ts";
import { below, checkScales, pairsHigher } from "./ranks.ts";
import type { ScaleCounts } from "./scale.ts";

/** Cliff's δ: of all pairs, the share in which `a` is higher less the share in which `b` is; −1..1. */
export interface Cliff extends Interval {
  readonly delta: number;
  /** Unbiased variance of δ. */
  readonly variance: number;
}

/**
 * How far apart two groups' answers on one scale lie, with a 95 % interval that stays inside −1..1. Twice Vargha and Delaney's
 * A₁₂ less one. Assumes nothing of the spread and nothing of the distances between points.
 *
 * Source: N. Cliff, Ordinal Methods for Behavioral Data Analysis (1996), the unbiased variance, with m people in `a`, n in `b`,
 *
 *     [ n²·Σ(d̄ᵢ−δ)² + m²·Σ(d̄ⱼ−δ)² − ΣΣ(dᵢⱼ−δ)² ] / ( m·n·(m−1)·(n−1) ),   dᵢⱼ = sign(aᵢ − bⱼ),
 *
 * and the asymmetric limits of D. Feng and N. Cliff, Journal of Modern Applied Statistical Methods 3 (2004) 322–332. Other
 * programs give other limits for the same δ (`effectsize::rank_biserial`).
 * @throws TypeError for scales of different length, or groups of fewer than two
 */
export function cliffDelta(a: ScaleCounts, b: ScaleCounts): Cliff {
  const [m, n] = checkScales(a, b, 2);
  const delta = (2 * pairsHigher(a, b)) / (m * n) - 1;
  // The mean of d over the other group, for one person at each point.
  const rows = below(b).map((under) => (2 * under) / n - 1);
  const columns = below(a).map((under) => 1 - (2 * under) / m);
  const squares = (counts: ScaleCounts, values: readonly number[]): number =>
    counts.reduce((sum, count, i) => sum + count * ((values[i] as number) - delta) ** 2, 0);
  // d² is 1 but for ties.
  const tied = a.reduce((sum, count, i) => sum + count * (b[i] as number), 0);
  const all = m * n - tied - m * n * delta ** 2;
  const variance = (n ** 2 * squares(a, rows) + m ** 2 * squares(b, columns) - all) / (m * n * (m - 1) * (n - 1));
  const rest = 1 - delta ** 2;
  const root = Z95 * Math.sqrt(Math.max(0, variance) * (rest ** 2 + Z95 ** 2 * Math.max(0, variance)));
  const scale = rest + Z95 ** 2 * Math.max(0, variance);
  // Where no pair is out of line there is no spread to make limits of.
  if (scale === 0) return { delta, variance, low: delta, high: delta };
  return { delta, variance, low: (delta * rest - root) / scale, high: (delta * rest + root) / scale };
}

/**
 * A word for the size of |δ|. Never to stand without its interval.
 *
 * Source: the bands of J. Romano and others, Florida Association of Institutional Research (2006).
 */
export function sizeOfDelta(delta: number): "negligible" | "small" | "medium" | "large" {
  const size = Math.abs(delta);
  if (size < 0.147) return "negligible";
  if (size < 0.33) return "small";
  return size < 0.474 ? "medium" : "large";
}
