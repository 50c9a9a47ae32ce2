import type { Share, Shown } from "../document/index.ts";
import { publishMean, roundCount } from "./rounding.ts";
import { AT_LEAST, AT_MOST, BOUND_FROM, reasonInSmallGroup } from "./rules.ts";

/** What is published of a factor. */
export interface IndexShares {
  readonly n: number;
  readonly index: Share;
}

/**
 * Decides what may be shown of a mean of indices 0..100. `deviation` is the standard deviation over the `n` ballots.
 *
 * A mean near an end of the scale says what everyone answered, and so does a deviation of zero anywhere on it: the first
 * becomes a bound from 60 ballots on, else both are hidden.
 */
export function protectMean(mean: number, deviation: number, n: number, minimum: number): Shown<IndexShares> {
  if (n < minimum) return { suppressed: "below-minimum" };
  const extreme = mean <= AT_MOST || mean >= AT_LEAST;
  if (extreme && n >= BOUND_FROM) return { n: roundCount(n), index: mean <= AT_MOST ? { atMost: AT_MOST } : { atLeast: AT_LEAST } };
  if (extreme || deviation === 0) return { suppressed: reasonInSmallGroup(n, minimum) };
  return { n: roundCount(n), index: publishMean(mean, deviation, n) };
}
