import type { Interval } from "../statistics/index.ts";
import type { Figure } from "./model.ts";

/** How far a figure moved between two waves, in points, with 95 % limits. */
export interface Change extends Interval {
  readonly points: number;
}

/**
 * The difference of two published figures of independent samples, from their published limits alone, so that every reader gets the same:
 *
 *     D − √((x₂−l₂)² + (u₁−x₁)²)   to   D + √((u₂−x₂)² + (x₁−l₁)²),   D = x₂ − x₁
 *
 * For shares with Wilson's limits that is Newcombe's hybrid score interval; for any other pair of intervals the "method of variance
 * estimates recovery". Source: G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures: a general approach",
 * Statistics in Medicine 27 (2008) 1693–1702, eq. (3).
 */
export function changeBetween(before: Figure, after: Figure): Change {
  const points = after.value - before.value;
  return {
    points,
    low: points - Math.hypot(after.value - after.low, before.high - before.value),
    high: points + Math.hypot(after.high - after.value, before.value - before.low),
  };
}
