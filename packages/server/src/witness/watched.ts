import { fromHex, SHA256, toHex, utf8 } from "@amana/core/bytes";
import { decodeEntry, type Entry, encodeEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  type AddCheckpoint,
  type Checkpoint,
  CompactTree,
  cosignNote,
  emptyRoot,
  LedgerReader,
  type NoteKey,
  openCheckpoint,
  parseCheckpoint,
  parseNote,
  type TileSource,
  verifyConsistency,
} from "@amana/core/ledger";
import { programmeId } from "@amana/core/programme";
import { Serial } from "../services/serial.ts";
import { damaged, readDocument, writeDocument } from "../stores/lowdb/document.ts";
import type { DurableFolder } from "../stores/lowdb/folder.ts";
import { contradiction, evidenceOf, refusedEntries, writeEvidence } from "./evidence.ts";
import { IssuerLists } from "./lists.ts";
import { NOTHING_SEEN, type WatchedLedger, type WatchedState, watchedLedgerSchema, watchedStateSchema } from "./model.ts";
import { EntryRules, isRefusal, type Refusal } from "./rules.ts";

/** What a witness answers to a checkpoint: its signature line, or the size that it cosigned last, to begin from. */
export type Cosigned = { readonly kind: "cosigned"; readonly line: string } | { readonly kind: "size"; readonly size: number };

/** How many entries are read for one request; what is left is read for the next. */
export const MOST_AT_ONCE = 65_536;

export interface WatchedOptions {
  readonly folder: DurableFolder;
  readonly key: NoteKey;
  readonly source: TileSource;
  /** Files of the ledger by their hash: lists of invitations and draws. Null where there is none. */
  readonly files: (sha256: string, limit: number) => Promise<Uint8Array | null>;
  readonly now: () => Date;
  /** {@link MOST_AT_ONCE}, unless a test says less. */
  readonly atOnce?: number;
}

/** Where the documents of a watched ledger are: named by its origin's hash. */
export function placeOf(origin: string): string {
  return `ledgers/${toHex(SHA256(utf8(origin)))}`;
}

/** Begins to watch a ledger. @throws ERR_FOLDER_NOT_EMPTY when it is watched already: what was seen of it must not be forgotten */
export async function beginWatching(folder: DurableFolder, ledger: WatchedLedger): Promise<void> {
  const place = placeOf(ledger.programme.ledger.origin);
  if ((await folder.read(`${place}/state.json`)) !== null) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  await writeDocument(folder, `${place}/ledger.json`, watchedLedgerSchema, ledger);
  await writeDocument(folder, `${place}/state.json`, watchedStateSchema, NOTHING_SEEN);
}

/** Reads what is kept of a watched ledger. @throws ERR_STORE_DAMAGED */
export async function readWatched(folder: DurableFolder, place: string): Promise<{ ledger: WatchedLedger; state: WatchedState }> {
  const ledger = await readDocument(folder, `${place}/ledger.json`, watchedLedgerSchema);
  const state = await readDocument(folder, `${place}/state.json`, watchedStateSchema);
  if (ledger === null || state === null) throw damaged([`${place}/${ledger === null ? "ledger" : "state"}.json`]);
  return { ledger, state };
}

/** One ledger, as one witness sees it: never a smaller tree, never another one, never an entry unread. */
export class Watched {
  readonly ledger: WatchedLedger;
  readonly #options: WatchedOptions;
  readonly #place: string;
  readonly #programme: string;
  readonly #serial = new Serial();
  #rules: EntryRules;
  /** Null when what it holds may not be on the disk: then it is made again from there. */
  #lists: IssuerLists | null = null;
  #tree: CompactTree;
  #state: WatchedState;

  private constructor(options: WatchedOptions, place: string, ledger: WatchedLedger, state: WatchedState, rules: EntryRules) {
    this.ledger = ledger;
    this.#options = options;
    this.#place = place;
    this.#programme = toHex(programmeId(ledger.programme));
    this.#state = state;
    this.#rules = rules;
    this.#tree = new CompactTree({ size: state.read.size, peaks: state.read.peaks.map((hash) => fromHex(hash)) });
  }

  /** @throws ERR_STORE_DAMAGED */
  static async open(options: WatchedOptions, place: string): Promise<Watched> {
    const { ledger, state } = await readWatched(options.folder, place);
    let rules = new EntryRules(ledger.programme);
    for (const [at, entry] of (await readKept(options.folder, place, state.kept)).entries()) {
      if (entry.type !== "manifest") continue;
      const index = state.kept[at] as number;
      if (isRefusal(rules.take(index, encodeEntry(entry)))) throw damaged([keptPath(place, index)]);
      rules = rules.with(index, entry);
    }
    try {
      return new Watched(options, place, ledger, state, rules);
    } catch {
      throw damaged([`${place}/state.json`]);
    }
  }

  get state(): WatchedState {
    return this.#state;
  }

  /** The newest checkpoint that the ledger's key has signed and this witness has seen, cosigned or not. */
  get newest(): string | null {
    return this.#state.read.size > this.#state.cosigned.size ? this.#state.read.note : this.#state.cosigned.note;
  }

  /**
   * Answers an add-checkpoint request (c2sp.org/tlog-witness), one after the other. Attacker-controlled.
   * @throws ERR_LEDGER_SIGNATURE (403) · ERR_LEDGER_FORMAT (400) · ERR_LEDGER_CONSISTENCY, or the code of the entry that it does not cosign (422) ·
   * ERR_OVERLOADED, ERR_NETWORK, ERR_LEDGER_MISSING, ERR_STORE_WRITE (503)
   */
  add(request: AddCheckpoint): Promise<Cosigned> {
    return this.#serial.run(() => this.#add(request));
  }

  /** When nothing is being answered any more. */
  idle(): Promise<void> {
    return this.#serial.idle();
  }

  async #add({ oldSize, proof, checkpoint: note }: AddCheckpoint): Promise<Cosigned> {
    // 1. Signed by the ledger's key.
    const checkpoint = openCheckpoint(note, { ...this.ledger.programme.ledger, witnesses: [], quorum: 0 });
    // 2. Not smaller than where it says to begin, which is where we are.
    if (oldSize > checkpoint.size) throw new AmanaError("ERR_LEDGER_FORMAT");
    const { cosigned, read } = this.#state;
    if (oldSize !== cosigned.size) return { kind: "size", size: cosigned.size };
    const known = cosigned.note === null ? emptyRoot() : rootOf(cosigned.note);
    if (oldSize === checkpoint.size && toHex(known) !== toHex(checkpoint.root)) {
      await this.#convict(cosigned.note, note);
      return { kind: "size", size: cosigned.size };
    }
    // 3. A tree that continues the one we cosigned, and is not behind what was read under a signed checkpoint since.
    try {
      verifyConsistency({ oldSize, oldRoot: known, newSize: checkpoint.size, newRoot: checkpoint.root, proof });
      if (checkpoint.size < read.size) throw new AmanaError("ERR_LEDGER_CONSISTENCY");
    } catch (error) {
      await this.#convict(cosigned.note, note);
      await this.#convict(read.note, note);
      throw error;
    }
    // 4. Every entry of it read, and hashed by ourselves up to this root.
    await this.#read(checkpoint, note);
    if (toHex(this.#tree.root()) !== toHex(checkpoint.root)) {
      await this.#convict(read.note, note);
      throw new AmanaError("ERR_LEDGER_CONSISTENCY");
    }
    // 5. On the disk, before the signature exists.
    const time = Math.floor(this.#options.now().getTime() / 1000);
    await this.#save({ cosigned: { size: checkpoint.size, note, time }, refused: null });
    return { kind: "cosigned", line: cosignNote(note, this.#options.key, time) };
  }

  /** Reads the entries that are new under a checkpoint. What was read is kept, also when the next entry is refused. */
  async #read({ size, root }: Checkpoint, note: string): Promise<void> {
    const { folder, source, atOnce = MOST_AT_ONCE } = this.#options;
    const { read, kept } = this.#state;
    const lists = this.#lists ?? (await this.#loadLists());
    this.#lists = null;
    const tree = new CompactTree(this.#tree.state);
    const to = Math.min(size, read.size + atOnce);
    const found: number[] = [];
    let rules = this.#rules;
    let refusal: Refusal | null = null;
    try {
      for await (const { index, entry, leaf } of new LedgerReader(source, { size, root }).entries(read.size, to)) {
        const taken = await judge(rules, lists, index, entry);
        if (isRefusal(taken)) {
          refusal = taken;
          await this.#accuse(taken, entry, note);
          break;
        }
        if (IssuerLists.keeps(taken)) {
          await folder.write(keptPath(this.#place, index), entry);
          found.push(index);
        }
        if (taken.type === "manifest") {
          rules = rules.with(index, taken);
          lists.manifest(taken);
        }
        tree.add(leaf);
      }
    } catch (error) {
      throw unreadable(error);
    }
    if (tree.size > read.size || refusal !== null) {
      await this.#save({
        read: { size: tree.size, peaks: tree.state.peaks.map(toHex), note: tree.size === read.size ? read.note : note },
        kept: [...kept, ...found],
        refused: refusal === null ? this.#state.refused : { code: refusal.code, index: refusal.index },
      });
      this.#tree = tree;
      this.#rules = rules;
    }
    this.#lists = lists;
    if (refusal !== null) throw new AmanaError(refusal.code);
    if (to < size) throw new AmanaError("ERR_OVERLOADED", { retryAfter: 1 });
  }

  async #loadLists(): Promise<IssuerLists> {
    const { folder } = this.#options;
    return IssuerLists.after((sha256, length) => this.#file(sha256, length), await readKept(folder, this.#place, this.#state.kept));
  }

  /** A list that the ledger names: kept before anything that rests on it is cosigned. @throws ERR_LEDGER_MISSING, ERR_NETWORK, ERR_STORE_WRITE */
  async #file(sha256: string, length: number): Promise<Uint8Array> {
    const { folder, files } = this.#options;
    const is = (bytes: Uint8Array | null): bytes is Uint8Array => bytes !== null && toHex(SHA256(bytes)) === sha256;
    const known = await folder.read(`files/${sha256}`);
    if (is(known)) return known;
    const fetched = await files(sha256, length);
    if (!is(fetched)) throw new AmanaError("ERR_LEDGER_MISSING");
    await folder.write(`files/${sha256}`, fetched);
    return fetched;
  }

  async #save(change: Partial<WatchedState>): Promise<void> {
    const state = { ...this.#state, ...change };
    await writeDocument(this.#options.folder, `${this.#place}/state.json`, watchedStateSchema, state);
    this.#state = state;
  }

  /** Keeps two signed notes that contradict each other, if these do. */
  async #convict(seen: string | null, note: string): Promise<void> {
    const found = seen === null ? null : await contradiction(seen, note, this.#options.source);
    if (found === null) return;
    await writeEvidence(this.#options.folder, evidenceOf("ERR_LEDGER_CONSISTENCY", this.#programme, found));
    await this.#save({ refused: { code: "ERR_LEDGER_CONSISTENCY", index: null } });
  }

  /** Keeps an entry that is not cosigned, with what it contradicts, both proved under the signed note. */
  async #accuse(refusal: Refusal, bytes: Uint8Array, note: string): Promise<void> {
    const { folder, source } = this.#options;
    const earlier = refusal.contradicts === null ? null : await folder.read(keptPath(this.#place, refusal.contradicts));
    const entries = await refusedEntries(refusal, bytes, earlier, note, source);
    if (entries.length > 0) await writeEvidence(folder, evidenceOf(refusal.code, this.#programme, { entries }));
  }
}

/** An entry that may stand where it stands, or why it may not. */
async function judge(rules: EntryRules, lists: IssuerLists, index: number, bytes: Uint8Array): Promise<Entry | Refusal> {
  const taken = rules.take(index, bytes);
  return isRefusal(taken) ? taken : ((await lists.take(index, taken)) ?? taken);
}

function keptPath(place: string, index: number): string {
  return `${place}/entries/${index}`;
}

/** The entries that later ones are checked against. @throws ERR_STORE_DAMAGED */
async function readKept(folder: DurableFolder, place: string, indexes: readonly number[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const index of indexes) {
    const bytes = await folder.read(keptPath(place, index));
    try {
      entries.push(decodeEntry(bytes ?? new Uint8Array(0)));
    } catch {
      throw damaged([keptPath(place, index)]);
    }
  }
  return entries;
}

function rootOf(note: string): Uint8Array {
  return parseCheckpoint(parseNote(note).text).root;
}

/** A ledger whose files cannot be had, or are not those of its checkpoint, is one to try again: it proves nothing. */
function unreadable(error: unknown): unknown {
  if (!isAmanaError(error) || !error.code.startsWith("ERR_LEDGER_")) return error;
  return new AmanaError("ERR_LEDGER_MISSING");
}
