import type { Share, Shown } from "../document/index.ts";
import { apportion, publishShare, roundCount } from "./rounding.ts";
import { AT_LEAST, AT_MOST, BOUND_FROM, isHigh, isLow, isSmallCell, reasonInSmallGroup } from "./rules.ts";

/** How many chose each side of a scale: exact counts, never published as they are. */
export interface ScaleCounts {
  readonly favourable: number;
  readonly neutral: number;
  readonly unfavourable: number;
}

/** What is published of them. */
export interface ScaleShares {
  readonly favourable: Shown<Share>;
  readonly neutral: Shown<Share>;
  readonly unfavourable: Shown<Share>;
}

/**
 * Decides what may be shown of an item on a scale.
 *
 * 1. Fewer answers than the minimum: nothing.
 * 2. Fewer than three times the minimum, and one side has 1 or 2 people: nothing.
 * 3. (Nearly) nobody on the favourable or on the unfavourable side: nothing below 60 answers, from there on a bound, and
 *    the neutral share is hidden too, as it is what is missing to 100 %.
 * 4. Else all three, from the rounded base.
 */
export function protectScale(counts: ScaleCounts, minimum: number): Shown<ScaleShares> {
  const { favourable, neutral, unfavourable } = counts;
  const n = favourable + neutral + unfavourable;
  if (n < minimum) return { suppressed: "below-minimum" };
  const sides = [favourable, unfavourable];
  const extreme = sides.some((count) => isLow(count, n));
  if (n < BOUND_FROM && extreme) return { suppressed: reasonInSmallGroup(n, minimum) };
  if ([favourable, neutral, unfavourable].some((count) => isSmallCell(count, n, minimum))) return { suppressed: "small-cell" };

  const base = roundCount(n);
  const [f = 0, m = 0, u = 0] = apportion([favourable, neutral, unfavourable], base);
  if (!extreme) return { favourable: publishShare(f, base), neutral: publishShare(m, base), unfavourable: publishShare(u, base) };
  const side = (count: number, dealt: number): Share =>
    isLow(count, n) || isHigh(count, n) ? bounded(count, n) : publishShare(dealt, base);
  return { favourable: side(favourable, f), neutral: { suppressed: "complement" }, unfavourable: side(unfavourable, u) };
}

/** The bound that stands for an extreme count in a group of 60 or more. */
export function bounded(count: number, n: number): Share {
  return isHigh(count, n) ? { atLeast: AT_LEAST } : { atMost: AT_MOST };
}
