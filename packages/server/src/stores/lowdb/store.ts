import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import * as v from "valibot";
import { FileCache } from "../file-cache.ts";
import type {
  Admission,
  Admitted,
  Claimed,
  EpochRecord,
  IndexedRecord,
  Invitation,
  LookedUp,
  PendingCount,
  Store,
  StoredGroup,
  Upload,
} from "../store.ts";
import { Admissions } from "./admissions.ts";
import { damaged, readDocument, writeDocument } from "./document.ts";
import { type FileOperations, nodeFiles } from "./files.ts";
import { DurableFolder, makeRoot, writeError } from "./folder.ts";
import { Invitations } from "./invitations.ts";
import { type Lock, takeLock } from "./lock.ts";
import { SNAPSHOT, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { Tokens } from "./tokens.ts";
import { Uploads } from "./uploads.ts";
import { FOLDER_VERSION, folderVersion, stampVersion, upgradeFolder } from "./version.ts";
import type { Arrange } from "./waiting.ts";

export interface LowdbOptions {
  /** The disk; tests give one that fails. */
  readonly files?: FileOperations;
  /** How waiting records are ordered at rest: by their hashes. Tests show what happens otherwise. */
  readonly arrange?: Arrange;
}

/** The default store: a folder in which every file is one lowdb document, or a static file of the ledger. */
export interface LowdbStore extends Store {
  /** The folder's lock, which is also the operator's socket. */
  readonly lock: Lock;
  /** What the folder holds at this moment of the files that `keep` names by their paths. @throws ERR_STORE_WRITE */
  snapshot(keep: (path: string) => boolean): Promise<Snapshot>;
}

/**
 * Opens a data folder, made if there is none: takes its lock, reads and checks every document, clears away what an
 * interrupted write left, and makes a folder of an older version one of the present. One process at a time.
 * @throws ERR_STORE_BUSY, ERR_STORE_WRITE, ERR_STORE_NEWER, or ERR_STORE_DAMAGED, which names the document; then nothing was changed
 */
export async function lowdbStore(folder: string, { files = nodeFiles, arrange }: LowdbOptions = {}): Promise<LowdbStore> {
  const root = resolve(folder);
  try {
    await makeRoot(root);
  } catch (error) {
    throw writeError(error);
  }
  const lock = await takeLock(root);
  try {
    const store = await openFolder(new DurableFolder(root, files), { arrange, release: () => lock.release() });
    return Object.assign(store, { lock });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** What a store needs beside its folder: what to call when it is closed, and how waiting records are ordered. */
export interface FolderOptions {
  readonly release: () => Promise<void>;
  readonly arrange?: Arrange | undefined;
}

/** A store over a folder that nobody else uses. @throws as {@link lowdbStore} */
export async function openFolder(folder: DurableFolder, options: FolderOptions): Promise<Store & Pick<LowdbStore, "snapshot">> {
  const store = new FolderStore(folder, options);
  await store.load();
  return store;
}

interface RoundFolder {
  readonly admissions: Admissions;
  readonly invitations: Invitations;
  readonly uploads: Uploads;
}

/** Names of documents: no dots, so none leaves the folder or meets another file. */
const DOCUMENT = /^[a-z0-9-]+(\/[a-z0-9-]+){0,3}$/;
const ROUND = /^[0-9a-f]{64}$/;
const ISSUER = /^[a-z0-9-]{1,64}\.[a-z0-9-]{1,64}$/;
const CHECKPOINT = "ledger/checkpoint";

class FolderStore implements Store {
  readonly #folder: DurableFolder;
  readonly #arrange: Arrange | undefined;
  readonly #release: () => Promise<void>;
  readonly #tokens = new Tokens();
  #key: Uint8Array | null = null;
  readonly #rounds = new Map<string, RoundFolder>();
  readonly #files = new FileCache();
  /** A folder in which nothing is yet gets its version before its first document. */
  #stamped: Promise<void> | null = null;

  constructor(folder: DurableFolder, { release, arrange }: FolderOptions) {
    this.#folder = folder;
    this.#release = release;
    this.#arrange = arrange;
  }

  async load(): Promise<void> {
    const version = await folderVersion(this.#folder);
    await this.#checkDocuments("", 0);
    if (version !== null) await upgradeFolder(this.#folder, version);
    for (const name of await this.#folder.list("rounds")) {
      const round = this.#round(name.replace(/\/$/, ""));
      await round.invitations.load();
      await round.admissions.load();
      await round.uploads.load();
    }
    await this.#folder.sweep();
    if ((await this.#folder.list(".")).includes(`${SNAPSHOT}/`)) await this.#folder.remove(SNAPSHOT);
    if (version !== null && version < FOLDER_VERSION) await stampVersion(this.#folder);
    if (version !== null) this.#stamped = Promise.resolve();
  }

  async putFile(bytes: Uint8Array): Promise<string> {
    const name = hashOf(bytes);
    const there = await this.#folder.read(`files/${name}`);
    if (there === null || hashOf(there) !== name) await this.#folder.write(`files/${name}`, bytes);
    return name;
  }

  async getFile(sha256: string): Promise<Uint8Array | null> {
    if (!ROUND.test(sha256)) return null;
    return this.#files.get(sha256, async () => {
      const bytes = await this.#folder.read(`files/${sha256}`);
      if (bytes !== null && hashOf(bytes) !== sha256) throw damaged([`files/${sha256}`]);
      return bytes;
    });
  }

  readTile(path: string): Promise<Uint8Array | null> {
    return this.#folder.read(join("ledger", path));
  }

  writeTile(path: string, bytes: Uint8Array): Promise<void> {
    return this.#folder.write(join("ledger", path), bytes);
  }

  async readCheckpoint(): Promise<string | null> {
    const bytes = await this.#folder.read(CHECKPOINT);
    return bytes === null ? null : Buffer.from(bytes).toString("utf8");
  }

  writeCheckpoint(note: string): Promise<void> {
    return this.#folder.write(CHECKPOINT, Buffer.from(note));
  }

  async readDocument(name: string): Promise<unknown> {
    return readDocument(this.#folder, documentPath(name), v.unknown());
  }

  async writeDocument(name: string, value: unknown): Promise<void> {
    const path = documentPath(name);
    this.#stamped ??= stampVersion(this.#folder);
    await this.#stamped.catch((error: unknown) => {
      this.#stamped = null;
      throw error;
    });
    await writeDocument(this.#folder, path, v.unknown(), value);
  }

  async removeDocument(name: string): Promise<void> {
    const path = documentPath(name);
    if ((await this.#folder.read(path)) !== null) await this.#folder.remove(path);
  }

  async listDocuments(prefix: string): Promise<string[]> {
    const folder = prefix.replace(/\/$/, "");
    if (!DOCUMENT.test(folder)) throw new TypeError("not the name of a folder of documents");
    const names = await this.#folder.list(folder);
    return names.filter((name) => name.endsWith(".json")).map((name) => `${folder}/${name.slice(0, -".json".length)}`);
  }

  addInvitations(round: string, issuer: string, invited: readonly string[]): Promise<void> {
    if (!ISSUER.test(issuer)) throw new TypeError("not an audience and an issuer");
    if (!invited.every((hash) => ROUND.test(hash))) throw new TypeError("not invited hashes");
    return this.#round(round).invitations.add(issuer, invited);
  }

  async invitation(round: string, issuer: string, invited: string): Promise<Invitation | null> {
    return this.#round(round).invitations.find(issuer, invited);
  }

  claimInvitation(round: string, issuer: string, invited: string, requestHash: string, draw: Uint8Array): Promise<Claimed> {
    return this.#round(round).invitations.claim(issuer, invited, requestHash, draw);
  }

  draws(round: string, issuer: string): Promise<Uint8Array[]> {
    return this.#round(round).invitations.draws(issuer);
  }

  mergeClaims(round: string): Promise<void> {
    return this.#round(round).invitations.merge();
  }

  endClaims(round: string): Promise<void> {
    return this.#round(round).invitations.end();
  }

  admitSubmission(round: string, admission: Admission): Promise<Admitted> {
    return this.#round(round).admissions.admit(admission);
  }

  async lookUp(round: string, responseKey: string, sequence: number): Promise<LookedUp> {
    const { admissions } = this.#round(round);
    return { key: admissions.known(responseKey), admitted: admissions.admitted(responseKey, sequence) };
  }

  async admittedLeaves(round: string): Promise<{ leafHash: string; epoch: number }[]> {
    return this.#round(round).admissions.leaves();
  }

  async index(round: string): Promise<IndexedRecord[]> {
    return this.#round(round).admissions.all();
  }

  records(round: string, leafHashes: ReadonlySet<string>): Promise<EpochRecord[]> {
    return this.#round(round).admissions.records(leafHashes);
  }

  async pendingCounts(round: string): Promise<ReadonlyMap<number, PendingCount>> {
    return new Map(this.#round(round).admissions.counts);
  }

  endAdmissions(round: string): Promise<void> {
    return this.#round(round).admissions.end();
  }

  prepareEpoch(round: string, epoch: number, superseded: "drop" | "keep"): Promise<Uint8Array[]> {
    return this.#round(round).admissions.prepare(epoch, superseded);
  }

  finishEpoch(round: string, epoch: number, superseded: "drop" | "keep"): Promise<void> {
    return this.#round(round).admissions.finish(epoch, superseded);
  }

  recoverRound(round: string, sealed: readonly { to: number; count: number }[], superseded: "drop" | "keep"): Promise<void> {
    return this.#round(round).admissions.recover(sealed, superseded);
  }

  putGroup(round: string, upload: string, group: StoredGroup): Promise<"kept" | "same" | "other"> {
    return this.#round(round).uploads.put(upload, group);
  }

  async uploads(round: string): Promise<Upload[]> {
    return this.#round(round).uploads.list();
  }

  claimUploads(round: string, uploads: readonly string[], leafHash: string): Promise<boolean> {
    return this.#round(round).uploads.claim(uploads, leafHash);
  }

  settleUploads(round: string, uploads: readonly string[]): Promise<void> {
    return this.#round(round).uploads.settle(uploads);
  }

  dropUploads(round: string, uploads: readonly Pick<Upload, "upload" | "mark">[]): Promise<void> {
    return this.#round(round).uploads.drop(uploads);
  }

  async settledChunks(round: string): Promise<number> {
    return this.#round(round).uploads.settled;
  }

  free(): Promise<number> {
    return this.#folder.files.free(this.#folder.root);
  }

  chunk(round: string, sha256: string): Promise<Uint8Array | null> {
    return this.#round(round).uploads.chunk(sha256);
  }

  async destroyEnvelopes(round: string): Promise<void> {
    await this.#round(round).admissions.destroyEnvelopes();
    await this.#round(round).uploads.destroy();
  }

  epoch(round: string, epoch: number): AsyncIterable<EpochRecord> {
    return this.#round(round).admissions.epoch(epoch);
  }

  alone<T>(_refresh: () => Promise<void>, task: () => Promise<T>): Promise<T> {
    return task();
  }

  async useOnce(token: string, times: { readonly now: number; readonly until: number }): Promise<boolean> {
    return this.#tokens.use(token, times);
  }

  /** In memory only: with a new process what the old one gave out is worth nothing. */
  async sharedKey(fresh: Uint8Array): Promise<Uint8Array> {
    this.#key ??= fresh;
    return this.#key;
  }

  snapshot(keep: (path: string) => boolean): Promise<Snapshot> {
    return takeSnapshot(this.#folder, keep);
  }

  /** What was begun goes to the disk first. */
  async close(): Promise<void> {
    for (const { admissions, invitations, uploads } of this.#rounds.values())
      await Promise.all([admissions.idle(), invitations.idle(), uploads.idle()]);
    await this.#release();
  }

  #round(id: string): RoundFolder {
    const known = this.#rounds.get(id);
    if (known !== undefined) return known;
    if (!ROUND.test(id)) throw new TypeError("not a manifest id in hex");
    const path = `rounds/${id}`;
    const round: RoundFolder = {
      admissions: new Admissions(this.#folder, path, this.#arrange),
      invitations: new Invitations(this.#folder, path, this.#arrange),
      uploads: new Uploads(this.#folder, path),
    };
    this.#rounds.set(id, round);
    return round;
  }

  /** The small documents: those of the data folder, of drafts and of each round, and case records. */
  async #checkDocuments(folder: string, depth: number): Promise<void> {
    for (const name of await this.#folder.list(folder === "" ? "." : folder)) {
      const path = join(folder, name);
      if (name.endsWith(".json")) await readDocument(this.#folder, path, v.unknown());
      else if (depth === 0 ? name === "drafts/" || name === "rounds/" : depth === 1 || name === "cases/") {
        await this.#checkDocuments(path.replace(/\/$/, ""), depth + 1);
      }
    }
  }
}

function documentPath(name: string): string {
  if (!DOCUMENT.test(name)) throw new TypeError("not the name of a document");
  return `${name}.json`;
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
