import { compare, equal, Reader, SHA256, toHex } from "@amana/core/bytes";
import type { HeldEntry } from "@amana/core/entries";
import { checkEnvelope } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { envelopeShape, type Manifest, roundEnvelopeLength } from "@amana/core/manifest";
import type { Selected } from "@amana/core/opening";
import { isPlaced } from "@amana/core/submission";
import { fetchRequest, type HolderKeys, holderIndex, logEntry } from "../wire/holder.ts";
import { leavesBeforeClose, MOST_MISSING, type RoundHistory, type SealedEpoch, selected } from "../wire/round-history.ts";
import { postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";

/** Where a trustee keeps the envelopes it holds, by leaf hash in hex: a folder, or memory in a page. */
export interface Holdings {
  get(leafHash: string): Promise<Uint8Array | null>;
  put(leafHash: string, envelope: Uint8Array): Promise<void>;
  remove(leafHash: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

/** Sealed epochs that this trustee has not logged as held. */
export function epochsToHold(history: RoundHistory, holder: number): SealedEpoch[] {
  const done = new Set(history.held.filter((entry) => entry.holder === holder).map(({ epoch }) => epoch));
  return history.epochs.filter(({ to }) => !done.has(to));
}

/** Fetches an epoch's envelopes, checks and keeps them, and logs which could not be had. @throws ERR_ROUND_CANCELLED */
export async function holdEpoch(
  transport: Transport,
  history: RoundHistory,
  epoch: SealedEpoch,
  holdings: Holdings,
  keys: HolderKeys,
  ledgerSize: number,
): Promise<HeldEntry["missing"]> {
  const missing = await collectEpoch(transport, history, epoch, holdings, keys);
  await logHeld(transport, history, epoch, missing, keys, ledgerSize);
  return missing;
}

/**
 * Fetches an epoch's envelopes, checks each against its leaf in the ledger and keeps them; gives those that could not be had. Superseded
 * versions are not looked for, as the server does not keep them, and those that were kept are removed: who changed or withdrew an answer
 * wants the old one gone. @throws ERR_ROUND_CANCELLED
 */
export async function collectEpoch(
  transport: Transport,
  history: RoundHistory,
  epoch: SealedEpoch,
  holdings: Holdings,
  keys: HolderKeys,
): Promise<HeldEntry["missing"]> {
  const { manifest } = history.seen;
  if (history.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
  const wanted = wantedOf(history, epoch);
  const got = await keepSound(await fetchEnvelopes(transport, manifest, epoch, keys), wanted, manifest, holdings);
  await removeSuperseded(history, holdings);
  // An entry has room for so many. Who reads it takes a full one as "and perhaps more".
  return [...wanted.keys()]
    .filter((leafHash) => !got.has(leafHash))
    .sort()
    .slice(0, MOST_MISSING);
}

/** Logs what of an epoch is not held, once it is kept where it stays; of an epoch that was logged before, only if fewer are missing now. */
export async function logHeld(
  transport: Transport,
  history: RoundHistory,
  epoch: SealedEpoch,
  missing: HeldEntry["missing"],
  keys: HolderKeys,
  ledgerSize: number,
): Promise<void> {
  const { manifest } = history.seen;
  const holder = holderIndex(manifest, keys);
  const before = history.held.findLast((entry) => entry.holder === holder && entry.epoch === epoch.to);
  // Only what was missing can be found later: an entry that named others would take back what was said to be held.
  const found = before !== undefined && missing.length < before.missing.length && missing.every((each) => before.missing.includes(each));
  if (before === undefined || found)
    await logEntry<HeldEntry>(transport, manifest, { type: "held", holder, epoch: epoch.to, ledgerSize, missing }, keys);
}

/** Fetches again whatever an opening needs and is not, or not any more, soundly here. A trustee's tool calls it before it commits. */
export async function completeHoldings(transport: Transport, history: RoundHistory, holdings: Holdings, keys: HolderKeys): Promise<void> {
  const lacking = new Set<string>();
  for (const { leaf, leafHash } of selected(history)) {
    const envelope = await holdings.get(toHex(leafHash));
    if (envelope === null || !isSound(envelope, leaf.envelopeHash, history.seen.manifest)) lacking.add(toHex(leafHash));
  }
  for (const epoch of history.epochs) {
    if (epoch.leaves.some(({ leafHash }) => lacking.has(toHex(leafHash))))
      await holdEpoch(transport, history, epoch, holdings, keys, history.closedAt ?? 0);
  }
}

const versions = new WeakMap<RoundHistory, { readonly last: ReadonlySet<string>; readonly all: ReadonlySet<string> }>();

/**
 * Leaf hashes of the last version of each response key in each audience, whatever its tokens: an answer that counts at the close is among
 * them at every moment before. And of all versions.
 */
function versionsOf(history: RoundHistory): { readonly last: ReadonlySet<string>; readonly all: ReadonlySet<string> } {
  const before = versions.get(history);
  if (before !== undefined) return before;
  const last = new Map<string, Selected>();
  const leaves = leavesBeforeClose(history).filter(({ leaf }) => isPlaced(leaf, history.seen.manifest));
  for (const each of leaves) {
    const key = `${toHex(each.leaf.responseKey)}/${each.leaf.audience}`;
    const other = last.get(key);
    if (other === undefined || replaces(each, other)) last.set(key, each);
  }
  const names = (list: Iterable<Selected>): ReadonlySet<string> => new Set(Array.from(list, ({ leafHash }) => toHex(leafHash)));
  const made = { last: names(last.values()), all: names(leaves) };
  versions.set(history, made);
  return made;
}

/** Higher sequence, then earlier in the ledger: as the selection takes them. */
function replaces(a: Selected, b: Selected): boolean {
  return a.leaf.sequence > b.leaf.sequence || (a.leaf.sequence === b.leaf.sequence && a.index < b.index);
}

/** Leaf hash → envelope hash of every leaf of the epoch that is the last version of its key. */
function wantedOf(history: RoundHistory, { leaves }: SealedEpoch): Map<string, Uint8Array> {
  const { last } = versionsOf(history);
  return new Map(
    leaves.flatMap(({ leaf, leafHash }) => (last.has(toHex(leafHash)) ? [[toHex(leafHash), leaf.envelopeHash] as const] : [])),
  );
}

async function removeSuperseded(history: RoundHistory, holdings: Holdings): Promise<void> {
  const { last, all } = versionsOf(history);
  for (const leafHash of await holdings.list()) if (all.has(leafHash) && !last.has(leafHash)) await holdings.remove(leafHash);
}

/** Envelopes by leaf hash. A server that answers nonsense has served nothing, and that will be in the ledger. @throws ERR_NETWORK, ERR_FETCH_REFUSED, … */
async function fetchEnvelopes(
  transport: Transport,
  manifest: Manifest,
  { to, leaves }: SealedEpoch,
  keys: HolderKeys,
): Promise<Map<string, Uint8Array>> {
  const body = await fetchRequest(transport, manifest, keys, to);
  const limit = leaves.length * (32 + 4 + roundEnvelopeLength(manifest));
  try {
    return readEnvelopes(await postJson(transport, `rounds/${manifest.round}/epochs/${to}/envelopes`, body, limit));
  } catch (error) {
    if (isAmanaError(error, "ERR_RESPONSE_INVALID") || isAmanaError(error, "ERR_NOT_FOUND")) return new Map();
    throw error;
  }
}

function readEnvelopes(reply: Uint8Array): Map<string, Uint8Array> {
  const reader = new Reader(reply, "ERR_RESPONSE_INVALID");
  const out = new Map<string, Uint8Array>();
  while (reader.left > 0) out.set(toHex(reader.take(32)), reader.vector(1 << 21));
  return out;
}

/**
 * Keeps what matches the ledger, and gives what is here now, from this reply or from before. The server is attacker-controlled: an
 * envelope with another hash or shape is as good as none.
 */
async function keepSound(
  received: Map<string, Uint8Array>,
  wanted: Map<string, Uint8Array>,
  manifest: Manifest,
  holdings: Holdings,
): Promise<Set<string>> {
  const here = new Set<string>();
  for (const [leafHash, envelopeHash] of wanted) {
    const envelope = received.get(leafHash);
    if (envelope !== undefined && isSound(envelope, envelopeHash, manifest)) {
      await holdings.put(leafHash, envelope);
      here.add(leafHash);
      continue;
    }
    const kept = await holdings.get(leafHash);
    if (kept !== null && isSound(kept, envelopeHash, manifest)) here.add(leafHash);
  }
  return here;
}

/** Whether an envelope is the one its leaf names. */
export function isSound(envelope: Uint8Array, envelopeHash: Uint8Array, manifest: Manifest): boolean {
  if (!equal(SHA256(envelope), envelopeHash)) return false;
  try {
    checkEnvelope(envelope, envelopeShape(manifest));
    return true;
  } catch (error) {
    if (isAmanaError(error)) return false;
    throw error;
  }
}

/** Leaf hashes of kept envelopes that no longer match the ledger: damaged on this machine. Sorted. */
export async function damagedHoldings(history: RoundHistory, holdings: Holdings): Promise<string[]> {
  const damaged: Uint8Array[] = [];
  const kept = new Set(await holdings.list());
  for (const { leaf, leafHash } of history.epochs.flatMap(({ leaves }) => leaves)) {
    if (!kept.has(toHex(leafHash))) continue;
    const envelope = await holdings.get(toHex(leafHash));
    if (envelope === null || !isSound(envelope, leaf.envelopeHash, history.seen.manifest)) damaged.push(leafHash);
  }
  return damaged.sort(compare).map(toHex);
}
