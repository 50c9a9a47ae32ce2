import { join } from "node:path";
import { hex, integer, SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { GroupCommit } from "../stores/group.ts";
import { readDocument, writeDocument } from "../stores/lowdb/document.ts";
import type { DurableFolder } from "../stores/lowdb/folder.ts";
import { fromBase64, toBase64 } from "../stores/lowdb/records.ts";

/** What a slot holds: the highest sequence that came. No time, and no place in an order. */
interface SlotRecord {
  readonly slot: string;
  readonly sequence: number;
  /** SHA-256 of the encapsulated request, hex. */
  readonly requestHash: string;
  /** With which release it goes: 0 or 1. */
  readonly release: number;
  /** The encapsulated request, base64; null once it was given to the gateway. */
  readonly request: string | null;
}

type Known = Pick<SlotRecord, "sequence" | "requestHash" | "release"> & { readonly waiting: boolean };

const recordSchema: v.GenericSchema<unknown, SlotRecord> = v.strictObject({
  slot: hex(32),
  sequence: integer(255),
  requestHash: hex(32),
  release: integer(1),
  request: v.nullable(v.string()),
});
const documentSchema = v.strictObject({ records: v.array(recordSchema) });
/** How many releases have begun: what comes after that is for the next. */
const stateSchema = v.strictObject({ begun: integer(2) });

export interface Arrival {
  readonly slot: string;
  readonly sequence: number;
  readonly request: Uint8Array;
}

/** What became of an arrival. `release` says with which release it goes. */
export type Shelved =
  | { readonly outcome: "kept"; readonly release: number }
  | { readonly outcome: "lower"; readonly highestSequence: number };

export interface ShelfOptions {
  readonly folder: DurableFolder;
  /** Relative to the data folder. */
  readonly path: string;
  /** At most so many slots, ever. */
  readonly slots: number;
}

/** About so many records in one document when a quarter of the slots is used, which is one for each person. */
const PER_DOCUMENT = 32;
const MOST_DOCUMENTS = 4096;
const QUEUE = 1024;

/**
 * What a relay holds for one round, durably. A record's place is its slot's alone: documents are parts of the range of slots, sorted, and
 * rewritten whole, so nothing says in which order requests came.
 */
export class Shelf {
  readonly #options: ShelfOptions;
  readonly #documents: number;
  readonly #known = new Map<string, Known>();
  readonly #group: GroupCommit<Arrival, Shelved>;
  #begun = 0;

  private constructor(options: ShelfOptions) {
    this.#options = options;
    const wanted = options.slots / 4 / PER_DOCUMENT;
    this.#documents = Math.min(MOST_DOCUMENTS, 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(1, wanted)))));
    this.#group = new GroupCommit((arrivals) => this.#commit(arrivals), QUEUE);
  }

  /** Reads what is there. @throws ERR_STORE_DAMAGED */
  static async open(options: ShelfOptions): Promise<Shelf> {
    const shelf = new Shelf(options);
    const state = await readDocument(options.folder, join(options.path, "state.json"), stateSchema);
    shelf.#begun = state?.begun ?? 0;
    for (let document = 0; document < shelf.#documents; document++)
      for (const record of await shelf.#read(document)) shelf.#remember(record);
    return shelf;
  }

  /** How many slots are used, and how many hold something that was not given on yet. */
  get counts(): { readonly used: number; readonly waiting: number } {
    let waiting = 0;
    for (const known of this.#known.values()) if (known.waiting) waiting++;
    return { used: this.#known.size, waiting };
  }

  get begun(): number {
    return this.#begun;
  }

  /**
   * Keeps a request under its slot; resolves after the disk has it. The same bytes again are the same; what was given on already is kept
   * again, for the next release. @throws ERR_OVERLOADED when all slots are used or too many wait, ERR_ROUND_CLOSED after the last release, ERR_STORE_WRITE
   */
  put(arrival: Arrival): Promise<Shelved> {
    return this.#group.submit(arrival);
  }

  /** Begins a release: what comes from now on is for the next. */
  begin(release: number): Promise<void> {
    return this.#group.exclusive(async () => {
      if (this.#begun > release) return;
      await writeDocument(this.#options.folder, join(this.#options.path, "state.json"), stateSchema, { begun: release + 1 });
      this.#begun = release + 1;
    });
  }

  /** The slots whose request waits for a release that has begun, in the order of the slots. */
  due(): string[] {
    const due = [...this.#known].filter(([, { waiting, release }]) => waiting && release < this.#begun);
    return due.map(([slot]) => slot).sort();
  }

  /** What a slot holds; null when it was given on, or superseded meanwhile by what is for a later release. */
  async request(slot: string): Promise<{ readonly bytes: Uint8Array; readonly requestHash: string } | null> {
    const record = (await this.#read(this.#documentOf(slot))).find((each) => each.slot === slot);
    if (record?.request === undefined || record.request === null || record.release >= this.#begun) return null;
    return { bytes: fromBase64(record.request), requestHash: record.requestHash };
  }

  /** Forgets the bytes of what the gateway has. Once for a whole batch, document by document: the order of the batch is not kept. */
  given(batch: ReadonlyMap<string, string>): Promise<void> {
    return this.#group.exclusive(async () => {
      const documents = new Set([...batch.keys()].map((slot) => this.#documentOf(slot)));
      for (const document of [...documents].sort((a, b) => a - b)) {
        const records = (await this.#read(document)).map((record) =>
          batch.get(record.slot) === record.requestHash ? { ...record, request: null } : record,
        );
        await this.#write(document, records);
        for (const record of records) this.#remember(record);
      }
    });
  }

  /** Removes everything. */
  remove(): Promise<void> {
    return this.#group.exclusive(() => this.#options.folder.remove(this.#options.path));
  }

  /** Resolves when what was begun is on the disk. */
  idle(): Promise<void> {
    return this.#group.exclusive(async () => undefined);
  }

  async #commit(arrivals: readonly Arrival[]): Promise<(Shelved | Error)[]> {
    const staged = new Map<string, SlotRecord>();
    const results = arrivals.map((arrival) => this.#decide(arrival, staged));
    const documents = new Map<number, SlotRecord[]>();
    for (const record of staged.values()) {
      const document = this.#documentOf(record.slot);
      documents.set(document, [...(documents.get(document) ?? []), record]);
    }
    const failed = new Map<number, Error>();
    for (const [document, records] of documents) {
      try {
        const slots = new Set(records.map(({ slot }) => slot));
        await this.#write(document, [...(await this.#read(document)).filter(({ slot }) => !slots.has(slot)), ...records]);
        for (const record of records) this.#remember(record);
      } catch (error) {
        failed.set(document, error as Error);
      }
    }
    return arrivals.map(({ slot }, i) => failed.get(this.#documentOf(slot)) ?? (results[i] as Shelved | Error));
  }

  /** Lower, or the same with other bytes: told what there is. The same bytes: nothing to do, unless they were given on. */
  #decide({ slot, sequence, request }: Arrival, staged: Map<string, SlotRecord>): Shelved | Error {
    const requestHash = toHex(SHA256(request));
    const twin = staged.get(slot);
    const known = twin === undefined ? this.#known.get(slot) : { ...twin, waiting: true };
    const same = known?.sequence === sequence && known.requestHash === requestHash;
    if (known !== undefined && same && known.waiting) return { outcome: "kept", release: known.release };
    if (known !== undefined && !same && known.sequence >= sequence) return { outcome: "lower", highestSequence: known.sequence };
    if (this.#begun > 1) return new AmanaError("ERR_ROUND_CLOSED");
    const news = [...staged.keys()].filter((each) => !this.#known.has(each)).length;
    if (known === undefined && this.#known.size + news >= this.#options.slots) return new AmanaError("ERR_OVERLOADED");
    staged.set(slot, { slot, sequence, requestHash, release: this.#begun, request: toBase64(request) });
    return { outcome: "kept", release: this.#begun };
  }

  #remember({ slot, sequence, requestHash, release, request }: SlotRecord): void {
    this.#known.set(slot, { sequence, requestHash, release, waiting: request !== null });
  }

  #documentOf(slot: string): number {
    return Math.floor((Number.parseInt(slot.slice(0, 8), 16) / 2 ** 32) * this.#documents);
  }

  async #read(document: number): Promise<SlotRecord[]> {
    return (await readDocument(this.#options.folder, this.#pathOf(document), documentSchema))?.records ?? [];
  }

  async #write(document: number, records: readonly SlotRecord[]): Promise<void> {
    const sorted = [...records].sort((a, b) => (a.slot < b.slot ? -1 : 1));
    await writeDocument(this.#options.folder, this.#pathOf(document), documentSchema, { records: sorted });
  }

  #pathOf(document: number): string {
    return join(this.#options.path, "slots", `${document.toString(16).padStart(3, "0")}.json`);
  }
}
