import { equal, Reader, type Rng } from "@amana/core/bytes";
import type { AbsentEntry, OpeningFaultEntry } from "@amana/core/entries";
import { envelopeLength } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  type Attempt,
  attemptAfter,
  openReveal,
  readReveal,
  SHARE_LENGTH,
  type ShareList,
  sealReveal,
  shareListCommitment,
} from "@amana/core/opening";
import { randomBytes } from "@amana/core/primitives";
import { type HolderKeys, holderIndex, logEntry } from "../wire/holder.ts";
import { commitmentOf, type RoundHistory, selected } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import { ownShareList, type StepMemory, type StepProgress } from "./commit.ts";
import type { Holdings } from "./hold.ts";

/** The present attempt. Null while no k trustees are left who could open together. */
export function presentAttempt({ shareLists, accusations, seen }: RoundHistory): Attempt | null {
  return attemptAfter([...shareLists.keys()], accusations, seen.manifest.threshold);
}

/** Whether commitments are complete: all n have committed, or `commitBy` has passed with at least k. Extended by the same span while fewer have. */
export function revealsDue({ seen, times, shareLists, closedAt }: RoundHistory, now: number): boolean {
  const { trustees, threshold } = seen.manifest;
  const { deadlines, windows, cancelled } = times;
  // The operator says when it closed, manifest and amendments when it may. A cancelled round is never opened.
  if (cancelled !== null || closedAt === null || now < windows.answeringClose || shareLists.size < threshold) return false;
  return shareLists.size === trustees.length || now > deadlines.commitBy;
}

/** Seals this trustee's list to each opener of the present attempt. @throws ERR_NOT_DUE, ERR_COMMITMENT_MISMATCH when the holdings changed since the commitment */
export async function reveal(
  transport: Transport,
  history: RoundHistory,
  holdings: Holdings,
  keys: HolderKeys,
  now: Date,
  rng: Rng = randomBytes,
  onProgress?: StepProgress,
  memory?: StepMemory,
): Promise<void> {
  const { manifest, id } = history.seen;
  const attempt = presentAttempt(history);
  const sender = holderIndex(manifest, keys);
  if (attempt === null || !revealsDue(history, now.getTime() / 1000) || !attempt.committed.includes(sender))
    throw new AmanaError("ERR_NOT_DUE");
  const ledgerSize = history.closedAt as number;
  const list = await ownShareList(history, holdings, keys, onProgress, memory);
  const mine = shareListCommitment(id, sender, ledgerSize, list);
  if (!equal(mine, commitmentOf(history, sender) as Uint8Array)) throw new AmanaError("ERR_COMMITMENT_MISMATCH");
  for (const receiver of attempt.openers) {
    if (receiver === sender) continue;
    const message = sealReveal(manifest, { attempt: attempt.number, ledgerSize, sender, receiver }, list, keys.signing, rng);
    await transport.post(`rounds/${manifest.round}/reveals`, "application/vnd.amana.reveal", message);
  }
}

/**
 * The share lists that other trustees revealed to this one in the present attempt. A list that its sender signed and that does not match its
 * commitment is logged as its fault. What no trustee signed, or signed for another attempt or ledger, is the server's and says nothing.
 * @throws ERR_COMMITMENT_MISMATCH, ERR_ENVELOPE_*, ERR_SHARE_LIST_FORMAT after logging a fault; ERR_RESPONSE_INVALID, ERR_NETWORK
 */
export async function fetchReveals(
  transport: Transport,
  history: RoundHistory,
  attempt: Attempt,
  keys: HolderKeys,
): Promise<Map<number, ShareList>> {
  const { manifest } = history.seen;
  const receiver = holderIndex(manifest, keys);
  const count = selected(history).length;
  const { length } = manifest.trustees;
  const limit = length * length * (REVEAL_AROUND + envelopeLength(1, BLIND + SHARE_LENGTH * count));
  const reader = new Reader(await transport.get(`rounds/${manifest.round}/reveals/${receiver}`, limit), "ERR_RESPONSE_INVALID");
  const lists = new Map<number, ShareList>();
  const faults = new Map<number, unknown>();
  while (reader.left > 0) {
    const bytes = reader.vector(limit);
    const sender = senderOf(bytes, history, attempt, receiver);
    const commitment = sender === null ? null : commitmentOf(history, sender);
    if (sender === null || commitment === null || !attempt.committed.includes(sender)) continue;
    try {
      lists.set(sender, await openReveal(bytes, manifest, keys.kem, count, commitment));
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      faults.set(sender, error);
    }
  }
  for (const [fault, error] of faults) {
    if (lists.has(fault)) continue;
    const fields = { type: "opening-fault", holder: receiver, attempt: attempt.number, fault } as const;
    await logEntry<OpeningFaultEntry>(transport, manifest, fields, keys);
    throw error;
  }
  return lists;
}

/** Bytes of a reveal besides its envelope, and of the length in front of it. */
const REVEAL_AROUND = 4 + 4 + 1 + 8 + 1 + 1 + 4 + 64;
const BLIND = 32;

/** Who signed a reveal for this place; null for what belongs elsewhere or is none. */
function senderOf(bytes: Uint8Array, history: RoundHistory, attempt: Attempt, receiver: number): number | null {
  try {
    const place = readReveal(bytes, history.seen.manifest);
    const here = place.attempt === attempt.number && place.receiver === receiver && place.ledgerSize === history.closedAt;
    return here ? place.sender : null;
  } catch (error) {
    if (isAmanaError(error)) return null;
    throw error;
  }
}

/**
 * Names a trustee absent who has not revealed within the reveal span after `commitBy`: the first of them. That begins a new attempt,
 * with a span of its own, in which the others may still come.
 */
export async function nameAbsent(
  transport: Transport,
  history: RoundHistory,
  attempt: Attempt,
  absent: readonly number[],
  keys: HolderKeys,
): Promise<void> {
  const holder = holderIndex(history.seen.manifest, keys);
  const [first] = absent;
  if (first === undefined) return;
  await logEntry<AbsentEntry>(transport, history.seen.manifest, { type: "absent", holder, attempt: attempt.number, absent: first }, keys);
}
