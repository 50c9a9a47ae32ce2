import type { Share } from "../document/index.ts";
import { meanInterval, wilson } from "../statistics/index.ts";

/** Numbers of people are published to this base. */
const BASE = 5;

/** A number of people as it is published: the nearest multiple of 5. */
export function roundCount(count: number): number {
  return BASE * Math.round(count / BASE);
}

/**
 * Deals `counts` out again over a base of `total` (largest remainder, ties to the earlier), so that shares follow from
 * the *rounded* base. A share made from the exact base would give that base back: 33 % "of 10" can only be 3 of 9.
 * @throws TypeError if there is nothing to deal out
 */
export function apportion(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  if (sum === 0) throw new TypeError("no counts");
  // Remainders are kept as integers of the division by `sum`: no rounding error decides who gets the last seat.
  const floors = counts.map((count) => Math.floor((count * total) / sum));
  const order = counts.map((count, i) => ({ i, remainder: (count * total) % sum })).sort((a, b) => b.remainder - a.remainder || a.i - b.i);
  const seats = total - floors.reduce((a, b) => a + b, 0);
  for (const { i } of order.slice(0, seats)) floors[i] = (floors[i] as number) + 1;
  return floors;
}

/** A count out of a base as it is published, for options that do not exclude each other. */
export function rescale(count: number, n: number): number {
  return Math.round((count * roundCount(n)) / n);
}

/**
 * The share of `count` in `base` (both already on the rounded base) in whole points with Wilson's limits. The limits are
 * made from the published share and base alone: they can be computed again by any reader and carry nothing more. `people`:
 * what the limits rest on, where that is less than the base.
 */
export function publishShare(count: number, base: number, people: number = base): Share {
  const value = Math.round((100 * count) / base);
  const { low, high } = wilson((value * people) / 100, people);
  return { value, low: Math.round(100 * low), high: Math.round(100 * high) };
}

/** A mean of indices 0..100 in whole points with a t interval on the rounded base. */
export function publishMean(mean: number, deviation: number, n: number): Share {
  const base = roundCount(n);
  const { low, high } = meanInterval(mean, deviation, base);
  return { value: Math.round(mean), low: Math.round(Math.max(0, low)), high: Math.round(Math.min(100, high)) };
}
