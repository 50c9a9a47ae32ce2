import { equal, SHA256, toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry, type EpochEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { type Manifest, manifestId } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import { submissionLength } from "@amana/core/submission";
import { lowdbStore } from "../stores/lowdb/index.ts";
import type { EpochRecord, Store } from "../stores/store.ts";
import { Cosigning } from "./cosigning/cosigning.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { loadProgramme } from "./programme.ts";
import { liveRound, supersededIn } from "./round.ts";
import { publicationOf } from "./status.ts";

/** One thing that was looked at in a data folder. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** What was found, in public facts: names of documents, rounds, epochs and leaf hashes. */
  readonly detail: string;
}

/**
 * Looks at everything in a data folder that no server holds, or in a store that is open: documents, programme, ledger, every sealed epoch and envelope
 * against the ledger, every file that the ledger names. A sound folder is not changed; a seal that a stop interrupted is finished
 * or undone first, as at every start. @throws ERR_STORE_BUSY; what it finds is returned, not thrown
 */
export async function checkStore(kept: string | Store, now: () => Date = () => new Date()): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const store = typeof kept === "string" ? await attempt(findings, "documents", "every one can be read", () => lowdbStore(kept)) : kept;
  if (store === null) return findings;
  try {
    return await store.alone(
      async () => undefined,
      () => checkOpen(findings, store, now),
    );
  } finally {
    if (typeof kept === "string") await store.close();
  }
}

async function checkOpen(findings: Finding[], store: Store, now: () => Date): Promise<readonly Finding[]> {
  const loaded = await attempt(findings, "programme", "with the secrets that belong to it", () => loadProgramme(store));
  if (loaded === null) return findings;
  const { programme, ledgerKey } = loaded;
  const ledger = await attempt(findings, "ledger", "every tile and entry under the checkpoint", () =>
    openLedger({ store, origin: programme.ledger.origin, key: ledgerKey }),
  );
  if (ledger === null) return findings;
  await checkPublication(findings, store, programme, ledger, now);
  await checkFiles(findings, store, ledger);
  await checkSpace(findings, store, ledger);
  for (const { entry } of ledger.documents) if (entry.type === "manifest") await checkRound(findings, store, ledger, entry.manifest);
  return findings;
}

async function attempt<T>(findings: Finding[], check: string, detail: string, task: () => Promise<T>): Promise<T | null> {
  try {
    const result = await task();
    findings.push({ check, ok: true, detail });
    return result;
  } catch (error) {
    if (!isAmanaError(error) || error.code === "ERR_STORE_BUSY") throw error;
    findings.push({ check, ok: false, detail: error.message });
    return null;
  }
}

/** What is public of the ledger, and whether witnesses have signed another one than this. */
async function checkPublication(findings: Finding[], store: Store, programme: Programme, ledger: Ledger, now: () => Date): Promise<void> {
  const found = "the public checkpoint is of this ledger";
  const cosigning = await attempt(findings, "published", found, () => Cosigning.open({ programme, ledger, store, now }));
  if (cosigning === null) return;
  const { quorum, publicSize, stale, olderCopy } = publicationOf({ programme, ledger, cosigning, now });
  if (olderCopy) findings.push({ check: "witnesses", ok: false, detail: new AmanaError("ERR_LEDGER_BEHIND").message });
  else if (quorum > 0) {
    const waiting = ledger.size - publicSize;
    const detail = stale
      ? "the newest cosignatures are too old: clients refuse the ledger"
      : `${waiting} entries wait for ${quorum} witnesses`;
    findings.push({ check: "witnesses", ok: !stale, detail });
  }
}

/** Lists, questionnaires, plans and releases: the bytes that the ledger and its manifests name. */
async function checkFiles(findings: Finding[], store: Store, { documents }: Ledger): Promise<void> {
  const named = new Set<string>();
  for (const { entry } of documents) {
    if ("sha256" in entry) named.add(entry.sha256);
    if (entry.type !== "manifest") continue;
    for (const { questionnaire } of entry.manifest.audiences) named.add(questionnaire);
    if (entry.manifest.analysisPlan !== null) named.add(entry.manifest.analysisPlan);
  }
  const wrong: string[] = [];
  for (const sha256 of named) if ((await orNull(() => store.getFile(sha256))) === null) wrong.push(sha256);
  findings.push({
    check: "files",
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? `${named.size} that the ledger names` : `missing or damaged: ${wrong.join(", ")}`,
  });
}

/** How often an answer is on the disk at most: while it waits, in its epoch, and there once more while that is rewritten. */
const COPIES = 3;

/** Whether everyone who is invited to a round that is not closed could answer. */
async function checkSpace(findings: Finding[], store: Store, { documents }: Ledger): Promise<void> {
  const closed = new Set(documents.flatMap(({ entry }) => (entry.type === "close" ? [entry.manifest] : [])));
  let needed = 0;
  for (const { entry } of documents) {
    if (entry.type !== "manifest" || closed.has(toHex(manifestId(entry.manifest)))) continue;
    const people = entry.manifest.audiences.reduce((sum, { rosterSize }) => sum + rosterSize, 0);
    needed += people * COPIES * 2 * submissionLength(entry.manifest);
  }
  const free = await store.free();
  if (needed === 0 || free === null) return;
  const ok = free >= needed;
  const detail = `${gib(needed)} if everyone who is invited answers, ${gib(free)} free`;
  findings.push({ check: "space", ok, detail: ok ? detail : `${detail}: make room` });
}

/** Issuers' keys are there until the ledger says that they are gone, and not after that. */
async function checkKeys(store: Store, ledger: Ledger, id: string, manifest: Manifest): Promise<readonly string[]> {
  const own = manifest.audiences.flatMap((audience) =>
    audience.issuers.filter(({ origin }) => origin === null).map(({ name }) => `issuer/${audience.id}/${name}`),
  );
  const gone = new Set(
    ledger.documents.flatMap(({ entry }) => (entry.type === "key-destroyed" && entry.manifest === id ? [entry.holder] : [])),
  );
  const kept = (await store.readDocument(`rounds/${id}/issuer-keys`)) ?? {};
  // What they said last is kept before they go, and logged after.
  const saying = (await store.readDocument(`rounds/${id}/destroyed-keys`)) ?? {};
  return own.flatMap((place) => {
    const isKept = Object.hasOwn(kept as object, place.slice("issuer/".length));
    if (isKept && gone.has(place)) return [`the keys of ${place} are kept though the ledger says that they were destroyed`];
    return isKept || gone.has(place) || Object.hasOwn(saying as object, place.slice("issuer/".length))
      ? []
      : [`the keys of ${place} are missing`];
  });
}

async function checkRound(findings: Finding[], store: Store, ledger: Ledger, manifest: Manifest): Promise<void> {
  const id = toHex(manifestId(manifest));
  const epochs = ledger.documents.flatMap(({ entry }): EpochEntry[] => (entry.type === "epoch" && entry.manifest === id ? [entry] : []));
  let envelopes = 0;
  const wrong: string[] = [];
  const sealed = epochs.map(({ to, count }) => ({ to, count }));
  const recovered = await orNull(async () => {
    await store.recoverRound(id, sealed, supersededIn(liveRound(manifest, 0)));
    return true;
  });
  if (recovered === null) wrong.push("a sealed epoch lacks records");
  wrong.push(...((await orNull(() => checkKeys(store, ledger, id, manifest))) ?? ["the issuers' keys cannot be read"]));
  const highest = new Map<string, number>();
  const dropped: EpochRecord[] = [];
  for (const epoch of epochs) {
    const records = await orNull(() => readAll(store.epoch(id, epoch.to)));
    if (records === null) {
      wrong.push(`epoch ${epoch.to} cannot be read`);
      continue;
    }
    const byLeaf = new Map(records.map((record) => [record.leafHash, record]));
    for (const { responseKey, sequence } of records) highest.set(responseKey, Math.max(sequence, highest.get(responseKey) ?? 0));
    for await (const { entry } of ledger.entries(epoch.firstIndex, epoch.firstIndex + epoch.count)) {
      const leaf = toHex(leafHash(entry));
      const record = byLeaf.get(leaf);
      if (record === undefined) wrong.push(`leaf ${leaf} is not kept`);
      else if (record.envelope === null) dropped.push(record);
      else if (!matches(decodeEntry(entry), record.envelope)) wrong.push(`envelope of leaf ${leaf} is damaged`);
      else envelopes += 1;
    }
  }
  // Only a version that a later one has superseded may be without its envelope, or every one, when the round was released or cancelled or its retention is over.
  const destroyed = ledger.documents.some(({ entry }) => entry.type === "retention" && entry.manifest === id);
  if (destroyed && envelopes > 0) wrong.push(`${envelopes} envelopes are kept though the ledger says that they were deleted`);
  for (const { leafHash: leaf, responseKey, sequence } of dropped) {
    if (!destroyed && sequence === highest.get(responseKey)) wrong.push(`envelope of leaf ${leaf} is not kept`);
  }
  const sound = `${epochs.length} epochs, ${envelopes} envelopes as the ledger says`;
  findings.push({ check: `round ${manifest.round}`, ok: wrong.length === 0, detail: wrong.length === 0 ? sound : wrong.join("; ") });
}

function matches(entry: Entry, kept: Uint8Array): boolean {
  if (entry.type === "submission") return equal(SHA256(kept), entry.leaf.envelopeHash);
  return entry.type === "report" && equal(SHA256(kept), entry.hash);
}

async function readAll(records: AsyncIterable<EpochRecord>): Promise<EpochRecord[]> {
  const all: EpochRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

async function orNull<T>(task: () => Promise<T | null>): Promise<T | null> {
  try {
    return await task();
  } catch (error) {
    if (isAmanaError(error)) return null;
    throw error;
  }
}

/** Bytes for people. */
export function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
