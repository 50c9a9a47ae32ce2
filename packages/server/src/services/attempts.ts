import { type Attempt, attemptAfter } from "@amana/core/opening";
import type { LiveRound } from "./round.ts";
import type { RoundLog } from "./round-log.ts";

/**
 * Whether commitments are complete, so that lists may be revealed and no commitment is taken any more: all n have committed, or
 * `commitBy` has passed with at least k. While fewer than k have, the deadline moves. A cancelled round is never opened.
 */
export function commitmentsComplete({ manifest, state, times }: LiveRound, log: RoundLog, now: Date): boolean {
  const count = log.shareLists.size;
  if (!state.closed || times.cancelled !== null || count < manifest.threshold) return false;
  return count === manifest.trustees.length || now.getTime() / 1000 > times.deadlines.commitBy;
}

/** The present attempt; null while no k trustees are left who could open together. */
export function presentAttempt({ manifest }: LiveRound, log: RoundLog): Attempt | null {
  const accusations = [...log.absent, ...log.faults].sort((a, b) => a.index - b.index).map(({ entry }) => entry);
  return attemptAfter([...log.shareLists.keys()], accusations, manifest.threshold);
}
