import { equal } from "@amana/core/bytes";
import { type DocumentedEntry, decodeEntry, encodeEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  decodeEntryBundle,
  emptyRoot,
  encodeEntryBundle,
  encodeVerifierKey,
  entriesPath,
  GrowingTree,
  HASH_LENGTH,
  LedgerReader,
  type NoteKey,
  openCheckpoint,
  parseTilePath,
  signCheckpoint,
  type TileStore,
  type TreeHead,
  tilePath,
  tileWidth,
} from "@amana/core/ledger";
import type { Store } from "../stores/store.ts";
import { Serial } from "./serial.ts";

export interface LedgerOptions {
  readonly store: Store;
  /** The programme's ledger origin. */
  readonly origin: string;
  /** The ledger's note key, `noteKey(origin, ledgerSeed)`. */
  readonly key: NoteKey;
}

/** A JSON entry of the ledger and where it is. Submissions and reports are not listed: read them with {@link Ledger.entries}. */
export interface LoggedEntry {
  readonly index: number;
  readonly entry: DocumentedEntry;
}

/** The server's ledger. One writer: appends wait for each other. */
export interface Ledger {
  /** How many entries the newest checkpoint covers. */
  readonly size: number;
  /** The newest checkpoint, a C2SP signed note. */
  readonly checkpoint: string;
  /** The signed note of the ledger without entries, with which every ledger begins. */
  readonly emptyCheckpoint: string;
  /** Why nothing is appended any more; null while it goes on. */
  readonly stopped: AmanaError | null;
  /** Every JSON entry so far, in order. */
  readonly documents: readonly LoggedEntry[];
  /** Appends entries together; `build` gets the index of the first. Returns that index, after the checkpoint is durable. @throws ERR_STORE_WRITE */
  append(build: readonly Uint8Array[] | ((index: number) => readonly Uint8Array[])): Promise<number>;
  /** Appends one JSON entry and returns its index. @throws as `append` */
  log(entry: DocumentedEntry): Promise<number>;
  /** Takes in what another process has appended, and returns its JSON entries. @throws ERR_STORE_DAMAGED where it does not continue this ledger */
  follow(): Promise<readonly LoggedEntry[]>;
  /** Appends nothing from now on: what is asked for fails with `reason`. */
  stop(reason: AmanaError): void;
  /** The root of the first `size` entries. */
  root(size: number): Promise<Uint8Array>;
  /** The proof that the ledger of `newSize` entries continues that of `oldSize`. @throws TypeError for sizes that it does not have */
  consistencyProof(oldSize: number, newSize: number): Promise<Uint8Array[]>;
  /**
   * A static file of the ledger by its C2SP path (`tile/…`), null if the newest checkpoint does not cover it: witnesses read
   * entries before they cosign, so it need not be public yet. Attacker-controlled.
   * @throws ERR_LEDGER_FORMAT
   */
  tile(path: string): Promise<Uint8Array | null>;
  /** Raw entries from..to (exclusive; the end if left out). */
  entries(from: number, to?: number): AsyncGenerator<{ readonly index: number; readonly entry: Uint8Array }, void, undefined>;
}

/**
 * Opens the store's ledger and checks all of it against its checkpoint; signs the empty tree the first time. What an interrupted
 * append wrote beyond the checkpoint does not exist. @throws ERR_STORE_DAMAGED, ERR_STORE_WRITE
 */
export async function openLedger({ store, origin, key }: LedgerOptions): Promise<Ledger> {
  const note = await store.readCheckpoint();
  if (note === null) {
    const first = emptyNote(origin, key);
    await store.writeCheckpoint(first);
    return new StoredLedger(store, origin, key, first, { size: 0, root: emptyRoot() }, []);
  }
  try {
    const head = openCheckpoint(note, { origin, vkey: encodeVerifierKey(key), witnesses: [], quorum: 0 });
    const documents: LoggedEntry[] = [];
    for await (const { index, entry } of new LedgerReader(tiles(store), head).entries(0)) {
      const document = documented(index, entry);
      if (document !== null) documents.push(document);
    }
    return new StoredLedger(store, origin, key, note, head, documents);
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ledger (${error.code})` });
  }
}

function emptyNote(origin: string, key: NoteKey): string {
  return signCheckpoint({ origin, size: 0, root: emptyRoot(), extensions: [] }, key);
}

const OPEN_BRACE = 0x7b;

function documented(index: number, bytes: Uint8Array): LoggedEntry | null {
  if (bytes[0] !== OPEN_BRACE) return null;
  const entry = decodeEntry(bytes);
  return entry.type === "submission" || entry.type === "report" ? null : { index, entry };
}

function tiles(store: Store): TileStore {
  return { read: (path) => store.readTile(path), write: (path, bytes) => store.writeTile(path, bytes) };
}

class StoredLedger implements Ledger {
  readonly #store: Store;
  readonly #origin: string;
  readonly #key: NoteKey;
  readonly #documents: LoggedEntry[];
  readonly #writer = new Serial();
  #checkpoint: string;
  #head: TreeHead;
  #stopped: AmanaError | null = null;

  constructor(store: Store, origin: string, key: NoteKey, checkpoint: string, head: TreeHead, documents: LoggedEntry[]) {
    this.#store = store;
    this.#origin = origin;
    this.#key = key;
    this.#checkpoint = checkpoint;
    this.#head = head;
    this.#documents = documents;
  }

  get size(): number {
    return this.#head.size;
  }

  get checkpoint(): string {
    return this.#checkpoint;
  }

  get emptyCheckpoint(): string {
    return emptyNote(this.#origin, this.#key);
  }

  get stopped(): AmanaError | null {
    return this.#stopped;
  }

  stop(reason: AmanaError): void {
    this.#stopped = reason;
  }

  root(size: number): Promise<Uint8Array> {
    return new GrowingTree(tiles(this.#store), this.#head.size).root(size);
  }

  consistencyProof(oldSize: number, newSize: number): Promise<Uint8Array[]> {
    return new GrowingTree(tiles(this.#store), this.#head.size).consistencyProof(oldSize, newSize);
  }

  get documents(): readonly LoggedEntry[] {
    return this.#documents;
  }

  append(build: readonly Uint8Array[] | ((index: number) => readonly Uint8Array[])): Promise<number> {
    return this.#writer.run(async () => {
      if (this.#stopped !== null) throw this.#stopped;
      const index = this.#head.size;
      const entries = typeof build === "function" ? build(index) : build;
      const fresh = entries.map((entry, i) => documented(index + i, entry)).filter((document) => document !== null);
      // A tree of its own for each append: whatever a failed one wrote is beyond the checkpoint, and is written again.
      const head = await new GrowingTree(tiles(this.#store), index).append(entries);
      const note = signCheckpoint({ origin: this.#origin, ...head, extensions: [] }, this.#key);
      await this.#store.writeCheckpoint(note);
      this.#head = head;
      this.#checkpoint = note;
      this.#documents.push(...fresh);
      return index;
    });
  }

  log(entry: DocumentedEntry): Promise<number> {
    return this.append([encodeEntry(entry)]);
  }

  follow(): Promise<readonly LoggedEntry[]> {
    return this.#writer.run(async () => {
      const note = (await this.#store.readCheckpoint()) ?? "";
      if (note === this.#checkpoint) return [];
      try {
        const head = openCheckpoint(note, { origin: this.#origin, vkey: encodeVerifierKey(this.#key), witnesses: [], quorum: 0 });
        const fresh: LoggedEntry[] = [];
        for await (const { index, entry } of new LedgerReader(tiles(this.#store), head).entries(this.#head.size)) {
          const document = documented(index, entry);
          if (document !== null) fresh.push(document);
        }
        if (!equal(await new GrowingTree(tiles(this.#store), head.size).root(this.#head.size), this.#head.root))
          throw new AmanaError("ERR_LEDGER_FORMAT");
        this.#head = head;
        this.#checkpoint = note;
        this.#documents.push(...fresh);
        return fresh;
      } catch (error) {
        if (!isAmanaError(error) || error.code === "ERR_OVERLOADED" || error.code === "ERR_STORE_WRITE") throw error;
        throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ledger (${error.code})` });
      }
    });
  }

  async tile(path: string): Promise<Uint8Array | null> {
    const tile = parseTilePath(path);
    const present = tileWidth(this.#head.size, tile.kind === "tile" ? tile.level : 0, tile.index);
    if (tile.width > present) return null;
    // A narrower tile than the present one is cut from it: what else lies under its name may be of an append that never counted.
    if (tile.kind === "tile") {
      const bytes = await this.#store.readTile(tilePath(tile.level, tile.index, present));
      return bytes?.slice(0, tile.width * HASH_LENGTH) ?? null;
    }
    const bytes = await this.#store.readTile(entriesPath(tile.index, present));
    if (bytes === null || tile.width === present) return bytes;
    return encodeEntryBundle(decodeEntryBundle(bytes, present).slice(0, tile.width));
  }

  async *entries(from: number, to: number = this.#head.size): AsyncGenerator<{ readonly index: number; readonly entry: Uint8Array }> {
    yield* new LedgerReader(tiles(this.#store), this.#head).entries(from, to);
  }
}
