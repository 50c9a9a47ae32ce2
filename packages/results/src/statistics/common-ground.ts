import { type Interval, wilson } from "./proportion.ts";

/** Positions of one audience on a statement: how many agreed, and how many took a position at all, passes too. */
export interface Positions {
  readonly agree: number;
  readonly seen: number;
}

/**
 * The share that agrees, smoothed so that a handful of people does not read as unanimity: (A+1)/(S+2).
 *
 * Source: Laplace's rule of succession, as Polis uses it for each group and comment.
 * @throws TypeError unless 0 ≤ agree ≤ seen
 */
export function smoothedAgreement({ agree, seen }: Positions): number {
  if (!(agree >= 0 && agree <= seen)) throw new TypeError("not positions");
  return (agree + 1) / (seen + 2);
}

/**
 * Group-informed consensus: the product of the groups' smoothed agreement. One group that rejects pulls it down however large
 * the others are. Groups are the audiences, known beforehand: nothing links one person's positions.
 *
 * Source: C. Small and others, "Polis: scaling deliberation by mapping high dimensional opinion spaces", Recerca 26 (2021).
 */
export function groupInformedConsensus(groups: readonly Positions[]): number {
  return groups.reduce((product, group) => product * smoothedAgreement(group), 1);
}

/** What a statement is to the two sides together. */
export type GroundClass = "common ground" | "shared rejection" | "bridge needed" | "open";

/** The thresholds: at least half for sure, and at least six of ten as it stands. */
const HALF = 0.5;
const AGREED = 0.6;

/**
 * Common ground if in every audience the lower limit is at least a half and the smoothed share at least 60 %; shared rejection
 * if every upper limit is at most a half; a bridge is needed if one audience is surely above a half and another surely below;
 * open else. Intervals keep small groups from deciding by chance.
 * @throws TypeError if an audience took no position
 */
export function classifyStatement(groups: readonly Positions[]): GroundClass {
  const limits: readonly Interval[] = groups.map(({ agree, seen }) => wilson(agree, seen));
  if (limits.every(({ low }) => low >= HALF) && groups.every((group) => smoothedAgreement(group) >= AGREED)) return "common ground";
  if (limits.every(({ high }) => high <= HALF)) return "shared rejection";
  if (limits.some(({ low }) => low > HALF) && limits.some(({ high }) => high < HALF)) return "bridge needed";
  return "open";
}
