import type { AbsentEntry, HeldEntry, HolderEntry, OpeningFaultEntry, ShareListEntry } from "@amana/core/entries";
import type { Attempt } from "@amana/core/opening";
import type { Store } from "../stores/store.ts";
import { commitmentsComplete, presentAttempt } from "./attempts.ts";
import type { Ledger } from "./ledger.ts";
import type { Reveals } from "./reveals.ts";
import type { LiveRound } from "./round.ts";
import type { RoundLog } from "./round-log.ts";

/** What decides whether an entry is due. */
export interface Surroundings {
  readonly round: LiveRound;
  readonly log: RoundLog;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly reveals: Reveals;
  readonly now: () => Date;
}

/** The entry that this one repeats or would contradict, if there is one. */
export function loggedBefore(log: RoundLog, entry: HolderEntry): { readonly index: number; readonly entry: unknown } | null {
  switch (entry.type) {
    case "held":
      return log.held.findLast(({ entry: other }) => other.holder === entry.holder && other.epoch === entry.epoch) ?? null;
    case "share-list":
      return log.shareLists.get(entry.holder) ?? null;
    case "absent":
      return (
        log.absent.find(
          ({ entry: other }) => other.holder === entry.holder && other.absent === entry.absent && other.attempt === entry.attempt,
        ) ?? null
      );
    case "opening-fault":
      return (
        log.faults.find(
          ({ entry: other }) => other.holder === entry.holder && other.fault === entry.fault && other.attempt === entry.attempt,
        ) ?? null
      );
    case "key-destroyed":
      return log.destroyed.get(entry.holder) ?? null;
  }
}

/** Whether an entry, whose signature is right and whose bytes are new, may be logged now (docs/protocol.md §8). */
export async function isDue(entry: HolderEntry, at: Surroundings): Promise<boolean> {
  switch (entry.type) {
    case "held":
      return isHeldDue(entry, at);
    case "share-list":
      return isShareListDue(entry, at);
    case "absent":
      return isAbsentDue(entry, at);
    case "opening-fault":
      return isFaultDue(entry, at);
    case "key-destroyed":
      return !at.log.destroyed.has(entry.holder) && isOver(at);
  }
}

/** Keys go when the release is in the ledger, or the round is cancelled; of a reports round, when its retention is over. */
function isOver({ round, log, now }: Surroundings): boolean {
  if (round.times.cancelled !== null) return true;
  if (round.manifest.kind !== "reports") return log.release !== null;
  return round.state.closed && now().getTime() / 1000 >= round.times.deadlines.commitBy;
}

/** `held` entries of one trustee for one epoch, those that lack nothing not counted: each may be as long as an entry can be. */
export const HELD_LIMIT = 16;

/** Once for each sealed epoch; again only if fewer are missing than before, and not any number of times. Only leaves of that epoch can be missing. */
async function isHeldDue(entry: HeldEntry, { round, log, store, ledger }: Surroundings): Promise<boolean> {
  const epoch = round.state.epochs.find(({ to }) => to === entry.epoch);
  if (epoch === undefined || round.manifest.kind === "reports" || log.release !== null || round.times.cancelled !== null) return false;
  if (entry.ledgerSize < epoch.firstIndex + epoch.count || entry.ledgerSize > ledger.size) return false;
  if (entry.missing.some((hash, index) => index > 0 && hash <= (entry.missing[index - 1] as string))) return false;
  const before = loggedBefore(log, entry) as { entry: HeldEntry } | null;
  if (before !== null) {
    const times = log.held.filter(({ entry: other }) => other.holder === entry.holder && other.epoch === entry.epoch).length;
    if (times >= HELD_LIMIT && entry.missing.length > 0) return false;
    const known = new Set(before.entry.missing);
    return entry.missing.length < known.size && entry.missing.every((hash) => known.has(hash));
  }
  if (entry.missing.length === 0) return true;
  const leaves = new Set<string>();
  for await (const { leafHash } of store.epoch(round.idHex, entry.epoch)) leaves.add(leafHash);
  return entry.missing.every((hash) => leaves.has(hash));
}

/** One commitment of each trustee, ever; after the close, before anything is revealed. */
function isShareListDue(entry: ShareListEntry, { round, log, now }: Surroundings): boolean {
  if (round.times.cancelled !== null || round.manifest.kind === "reports" || entry.ledgerSize !== round.state.ledgerSizeAtClose)
    return false;
  return !log.shareLists.has(entry.holder) && !commitmentsComplete(round, log, now());
}

/** The attempt an accusation is about: the present one, made by a trustee who takes part, against another. */
function attemptOf(entry: AbsentEntry | OpeningFaultEntry, accused: number, { round, log, now }: Surroundings): Attempt | null {
  if (log.release !== null || entry.holder === accused || !commitmentsComplete(round, log, now())) return null;
  const attempt = presentAttempt(round, log);
  if (attempt === null || attempt.number !== entry.attempt) return null;
  return attempt.committed.includes(entry.holder) && attempt.committed.includes(accused) ? attempt : null;
}

/** A committed trustee that has not revealed to all openers within the span. Also one that does not open: a count may wait for its list. */
async function isAbsentDue(entry: AbsentEntry, at: Surroundings): Promise<boolean> {
  const attempt = attemptOf(entry, entry.absent, at);
  if (attempt === null) return false;
  const since = at.reveals.startedAt(at.round, attempt.number);
  if (at.now().getTime() / 1000 <= since + at.round.times.deadlines.revealSpan) return false;
  const receivers = attempt.openers.filter((other) => other !== entry.absent);
  return !(await at.reveals.hasAll(at.round, attempt.number, entry.absent, receivers));
}

/** Whoever received a list says that it does not match: the server cannot open it, so it checks that there was one. */
async function isFaultDue(entry: OpeningFaultEntry, at: Surroundings): Promise<boolean> {
  const attempt = attemptOf(entry, entry.fault, at);
  return attempt !== null && (await at.reveals.hasAll(at.round, attempt.number, entry.fault, [entry.holder]));
}
