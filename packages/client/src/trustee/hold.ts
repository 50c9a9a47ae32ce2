import { compare, equal, Reader, SHA256, toHex } from "@amana/core/bytes";
import type { HeldEntry } from "@amana/core/entries";
import { checkEnvelope } from "@amana/core/envelope";
import { isAmanaError } from "@amana/core/errors";
import { envelopeShape, type Manifest } from "@amana/core/manifest";
import { fetchRequest, type HolderKeys, holderIndex, logEntry } from "../wire/holder.ts";
import type { RoundHistory, SealedEpoch } from "../wire/round-history.ts";
import { selected } from "../wire/round-history.ts";
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

/**
 * Fetches an epoch's envelopes, checks each against its leaf in the ledger, keeps them, and logs which could not be had.
 * Superseded versions are not looked for: the server does not keep them.
 */
export async function holdEpoch(
  transport: Transport,
  history: RoundHistory,
  epoch: SealedEpoch,
  holdings: Holdings,
  keys: HolderKeys,
  ledgerSize: number,
): Promise<HeldEntry["missing"]> {
  const { manifest } = history.seen;
  const wanted = wantedOf(history, epoch);
  const body = await fetchRequest(transport, manifest, keys, epoch.to);
  const reply = await postJson(transport, `rounds/${manifest.round}/epochs/${epoch.to}/envelopes`, body);
  const got = await keepSound(readEnvelopes(reply), wanted, manifest, holdings);
  const missing = [...wanted.keys()].filter((leafHash) => !got.has(leafHash)).sort();
  await logEntry<HeldEntry>(
    transport,
    manifest,
    { type: "held", holder: holderIndex(manifest, keys), epoch: epoch.to, ledgerSize, missing },
    keys,
  );
  return missing;
}

/** Leaf hash → envelope hash of every leaf of the epoch that is the last version of its key. */
function wantedOf(history: RoundHistory, { leaves }: SealedEpoch): Map<string, Uint8Array> {
  const last = new Set(selected(history).map(({ leafHash }) => toHex(leafHash)));
  return new Map(
    leaves.flatMap(({ leaf, leafHash }) => (last.has(toHex(leafHash)) ? [[toHex(leafHash), leaf.envelopeHash] as const] : [])),
  );
}

function readEnvelopes(reply: Uint8Array): Map<string, Uint8Array> {
  const reader = new Reader(reply, "ERR_RESPONSE_INVALID");
  const out = new Map<string, Uint8Array>();
  while (reader.left > 0) out.set(toHex(reader.take(32)), reader.vector(1 << 20));
  return out;
}

/** Keeps what matches the ledger. The server is attacker-controlled: an envelope with another hash or shape is as good as none. */
async function keepSound(
  received: Map<string, Uint8Array>,
  wanted: Map<string, Uint8Array>,
  manifest: Manifest,
  holdings: Holdings,
): Promise<Set<string>> {
  const got = new Set<string>();
  for (const [leafHash, envelopeHash] of wanted) {
    const envelope = received.get(leafHash);
    if (envelope === undefined || !isSound(envelope, envelopeHash, manifest)) continue;
    await holdings.put(leafHash, envelope);
    got.add(leafHash);
  }
  return got;
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
