import { isExact, isSuppressed, leavesOutSmall, type OptionsResult } from "../document/index.ts";
import { classifyStatement, type GroundClass, groupInformedConsensus, type Positions, smoothedAgreement } from "../statistics/index.ts";

/** The answers to a statement, in the order of the form. Passing is an answer: it says that one has seen it. */
export const POSITIONS = ["agree", "disagree", "pass"] as const;

/** What a statement is to the sides together; `hidden` where one side's figures are. */
export type StatementClass = GroundClass | "hidden";

/** What is published of a statement, weighed. */
export interface Weighed {
  readonly class: StatementClass;
  /** Group-informed consensus: the product of the sides' smoothed agreement, 0..1. What common ground is sorted by. Null where hidden. */
  readonly consensus: number | null;
  /** The least agreement of a side, smoothed, 0..1: what ties are sorted by. */
  readonly least: number | null;
}

/**
 * Weighs a statement by what the signed results say of it, one item for each side, and by nothing else: every reader gets the same class.
 * Where only a bound is published, or the share leaves out small answers, the class is given when it is the same at both ends; else `open`.
 * @param items the statement's item in each side's results; undefined where a side was not asked
 */
export function weighStatement(items: readonly (OptionsResult | undefined)[]): Weighed {
  const ranges = items.map(agreementIn);
  if (ranges.length === 0 || ranges.includes(null)) return { class: "hidden", consensus: null, least: null };
  const known = ranges as readonly Agreement[];
  const classes = new Set(corners(known).map(classifyStatement));
  const [only] = classes;
  const lowest = known.map(({ low, seen }): Positions => ({ agree: low, seen }));
  return {
    class: classes.size === 1 && only !== undefined ? only : "open",
    consensus: groupInformedConsensus(lowest),
    least: Math.min(...lowest.map(smoothedAgreement)),
  };
}

/** How many of a side's `seen` agree, as far as it is published. */
export interface Agreement {
  readonly low: number;
  readonly high: number;
  readonly seen: number;
}

/** What is published of a side's agreement; null where nothing is. */
export function agreementIn(item: OptionsResult | undefined): Agreement | null {
  if (item === undefined || isSuppressed(item)) return null;
  const share = item.options.find(({ id }) => id === POSITIONS[0])?.share;
  if (share === undefined || isSuppressed(share) || item.base.n === 0) return null;
  const seen = item.base.n;
  const range = (low: number, high: number): Agreement => ({ low: (low * seen) / 100, high: (high * seen) / 100, seen });
  if ("atMost" in share) return range(0, share.atMost);
  if ("atLeast" in share) return range(share.atLeast, 100);
  if (!leavesOutSmall(item)) return range(share.value, share.value);
  // The number is a share of the answers without those that at most so many gave.
  const small = item.options.reduce(
    (sum, option) => ("atMost" in option.share && !isExact(option.share) ? sum + option.share.atMost : sum),
    0,
  );
  return range((share.value * (100 - small)) / 100, share.value);
}

/** Every combination of each side's lowest and highest. Classes change with agreement in one direction only, so nothing lies beyond them. */
function corners(ranges: readonly Agreement[]): Positions[][] {
  return ranges.reduce<Positions[][]>(
    (all, { low, high, seen }) => all.flatMap((each) => [low, high].map((agree): Positions[] => [...each, { agree, seen }])),
    [[]],
  );
}
