import type { Share, Shown } from "../document/index.ts";
import { apportion, publishShare, rescale, roundCount } from "./rounding.ts";
import { AT_LEAST, AT_MOST, BOUND_FROM, isHigh, isLow, reasonInSmallGroup } from "./rules.ts";
import { bounded } from "./scale.ts";

/** What is published of an item with options: one share for each, in the same order. */
export interface OptionShares {
  readonly shares: readonly Shown<Share>[];
}

/**
 * Decides what may be shown of an item whose options exclude each other. `counts` are exact, one for each option.
 *
 * 1. Fewer answers than the minimum: nothing.
 * 2. Below 60 answers, and some option has 0, 1 or 2 people: nothing.
 * 3. From 60 on, options with at most 5 % are bounded; if only one other is left, it is bounded from below.
 * 4. Numbers of the others are shares of *their* answers alone: they add up to 100 whatever the small ones are.
 *
 * Steps 2 and 4 replace hiding a few neighbours beside a small option, or rounding them more: an attacker who knows such a
 * rule gets the small option back from it (`attack.test.ts`).
 */
export function protectChoice(counts: readonly number[], minimum: number): Shown<OptionShares> {
  const n = counts.reduce((a, b) => a + b, 0);
  if (n < minimum) return { suppressed: "below-minimum" };
  if (n < BOUND_FROM && counts.some((count) => isLow(count, n))) return { suppressed: reasonInSmallGroup(n, minimum) };
  const low = counts.map((count) => isLow(count, n));
  const lows = low.filter(Boolean).length;
  const base = roundCount(n);
  const others = counts.filter((_, i) => !low[i]);
  if (others.length < 2) return { shares: low.map((small, i) => (small ? { atMost: AT_MOST } : leastLeft(counts[i] as number, n, lows))) };
  const dealt = apportion(others, base);
  // How many gave the small ones is not to be had from the limits either: they rest on the fewest that can be left.
  const people = (base * Math.max(100 - AT_MOST * lows, AT_MOST * others.length)) / 100;
  return { shares: low.map((small) => (small ? { atMost: AT_MOST } : publishShare(dealt.shift() as number, base, people))) };
}

/** The bound of the one option that is not small: what the bounds of the small ones leave for it. */
function leastLeft(count: number, n: number, lows: number): Share {
  return { atLeast: isHigh(count, n) ? AT_LEAST : 100 - AT_MOST * lows };
}

/**
 * Decides what may be shown of an item with several choices a person. `n` is how many answered it; a share says how many
 * of them chose the option. Options do not exclude each other, so none can be computed from the others.
 */
export function protectChoices(counts: readonly number[], n: number, minimum: number): Shown<OptionShares> {
  if (n < minimum) return { suppressed: "below-minimum" };
  const shares = counts.map((count): Shown<Share> => {
    if (!isLow(count, n) && !isHigh(count, n)) return publishShare(rescale(count, n), roundCount(n));
    return n < BOUND_FROM ? { suppressed: "small-cell" } : bounded(count, n);
  });
  return { shares };
}
