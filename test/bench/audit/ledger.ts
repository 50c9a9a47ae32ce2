import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { compare, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { encodeDraws } from "@amana/core/credential";
import { type DocumentedEntry, type DrawsEntry, encodeEntry, type HeldEntry, type KeyDestroyedEntry, signEntry } from "@amana/core/entries";
import { GrowingTree, leafHash, signCheckpoint, type TileStore } from "@amana/core/ledger";
import { cosignManifest, type Manifest, manifestId } from "@amana/core/manifest";
import type { SigningKey } from "@amana/core/primitives";
import { encodeProgramme } from "@amana/core/programme";
import { makeDraw, makeLeaf } from "./leaves.ts";
import { type BenchIssuer, benchRound } from "./round.ts";

/** A ledger as the static files that a server would serve, and what an auditor and the bare operations must know of it. */
export interface BenchLedger {
  readonly folder: string;
  /** The pinned programme id. */
  readonly programme: string;
  /** A moment after everything that is due. */
  readonly now: Date;
  readonly issuer: BenchIssuer;
  /** Of each submission, in the order in which they were made: `LEAF_RECORD` bytes. */
  readonly leaves: Uint8Array;
  /** The draws file. */
  readonly draws: Uint8Array;
}

/** New response keys of each epoch. */
const EPOCH = 200;

/**
 * Writes the ledger of a round that has closed, with so many people, who all answered once. Tokens and signatures are real; envelopes are not,
 * as a leaf has only their hash.
 */
export async function writeLedger(folder: string, people: number, progress: (line: string) => void): Promise<BenchLedger> {
  const { manifest, programme, programmeId, ledgerKey, trustees, issuer, invitations, files, now } = await benchRound(people);
  const round = toHex(manifestId(manifest));
  const store = new Folder(folder);
  const tree = new GrowingTree(store);
  const waiting: Uint8Array[] = [];
  const log = (entry: DocumentedEntry): number => waiting.push(encodeEntry(entry));

  log({ protocol: PROTOCOL, type: "programme", programme });
  const cosignatures = trustees.map((key, at) => toHex(cosignManifest(manifest, at, key)));
  log({ protocol: PROTOCOL, type: "manifest", manifest, cosignatures });
  const list = { protocol: PROTOCOL, manifest: round, audience: "officials", issuer: "ministry", count: people } as const;
  log({ ...list, type: "invitations", sha256: await store.keep(invitations), length: invitations.length });
  const draws = encodeDraws(Array.from({ length: people }, (_, at) => makeDraw(invitations.subarray(32 * at, 32 * at + 32), issuer)));
  const drawn = { type: "draws", audience: "officials", issuer: "ministry", count: people, sha256: await store.keep(draws) } as const;
  log(signEntry<DrawsEntry>(manifest, { ...drawn, length: draws.length }, issuer.signing));
  log(signEntry<KeyDestroyedEntry>(manifest, { type: "key-destroyed", holder: "issuer/officials/ministry" }, issuer.signing));

  const records: Uint8Array[] = [];
  for (let epoch = 0; epoch * EPOCH < people; epoch++) {
    const count = Math.min(EPOCH, people - epoch * EPOCH);
    const made = await Promise.all(Array.from({ length: count }, () => makeLeaf(manifest, issuer)));
    records.push(...made.map(({ record }) => record));
    const leaves = made.map(({ leaf }) => ({ leaf, hash: leafHash(leaf) })).sort((a, b) => compare(a.hash, b.hash));
    const firstIndex = tree.size + waiting.length + 1;
    log({ protocol: PROTOCOL, type: "epoch", manifest: round, from: epoch, to: epoch, firstIndex, count });
    waiting.push(...leaves.map(({ leaf }) => leaf));
    const ledgerSize = tree.size + waiting.length;
    for (const [at, key] of trustees.entries()) log(held({ holder: at, epoch, ledgerSize }, manifest, key));
    await tree.append(waiting.splice(0));
    if (epoch % 25 === 24) progress(`made ${(epoch + 1) * EPOCH} of ${people} submissions`);
  }
  log({ protocol: PROTOCOL, type: "close", manifest: round });
  const head = await tree.append(waiting.splice(0));
  await store.write("checkpoint", new TextEncoder().encode(signCheckpoint({ origin: ledgerKey.name, ...head, extensions: [] }, ledgerKey)));
  await store.put("programme", encodeProgramme(programme));
  for (const file of files) await store.keep(file);
  return { folder, programme: programmeId, now, issuer, leaves: new Uint8Array(Buffer.concat(records)), draws };
}

function held(fields: Pick<HeldEntry, "holder" | "epoch" | "ledgerSize">, manifest: Manifest, key: SigningKey): HeldEntry {
  return signEntry<HeldEntry>(manifest, { type: "held", missing: [], ...fields }, key);
}

/** The paths of a server, below a folder. */
class Folder implements TileStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(path: string): Promise<Uint8Array | null> {
    return readFile(join(this.#folder, "ledger", path)).catch(() => null);
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.put(join("ledger", path), bytes);
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    const file = join(this.#folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }

  /** Stores a content-addressed file, and gives its address. */
  async keep(bytes: Uint8Array): Promise<string> {
    const sha256 = toHex(SHA256(bytes));
    await this.put(join("files", sha256), bytes);
    return sha256;
  }
}
