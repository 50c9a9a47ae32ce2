import { openers } from "@amana/core/opening";
import type { LiveRound } from "./round.ts";
import type { RoundLog } from "./round-log.ts";

/** Where an opening stands: the number of the attempt, who opens, and who may complete what they lack. */
export interface Attempt {
  readonly number: number;
  readonly openers: readonly number[];
  /** Committed trustees who are neither absent nor at fault. */
  readonly able: readonly number[];
}

/** Trustees named absent, or at fault, by another trustee: none of them opens. */
export function excluded(log: RoundLog): number[] {
  const named = log.absent.map(({ entry }) => entry.absent);
  return [...new Set([...named, ...log.faults.map(({ entry }) => entry.fault)])];
}

/**
 * Whether commitments are complete, so that lists may be revealed and no commitment is taken any more: all n have committed, or
 * `commitBy` has passed with at least k. While fewer than k have, the deadline moves.
 */
export function commitmentsComplete({ manifest, state }: LiveRound, log: RoundLog, now: Date): boolean {
  const count = log.shareLists.size;
  if (!state.closed || count < manifest.threshold) return false;
  return count === manifest.trustees.length || now.getTime() / 1000 > manifest.deadlines.commitBy;
}

/** The present attempt; null while fewer than k trustees are left. */
export function presentAttempt({ manifest }: LiveRound, log: RoundLog): Attempt | null {
  const out = excluded(log);
  const able = [...log.shareLists.keys()].filter((holder) => !out.includes(holder)).sort((a, b) => a - b);
  const who = openers(able, [], manifest.threshold);
  return who === null ? null : { number: out.length, openers: who, able };
}
