import { randomBytes } from "node:crypto";
import { join } from "node:path";
import * as v from "valibot";
import { readDocument, writeDocument } from "./document.ts";
import type { DurableFolder } from "./folder.ts";

/** Records in one waiting document at most. */
export const WAITING_LIMIT = 32;

/** Puts the records of a document into the order in which they are written. */
export type Arrange = <R>(records: readonly R[], key: (record: R) => string) => R[];

/** By their hash, which says nothing about when they came. */
export const byKey: Arrange = (records, key) => [...records].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));

/** What waits together until it is removed together: `group` is the epoch of submissions, 0 for claims. */
interface WaitingDocument<R> {
  readonly group: number;
  readonly records: R[];
}

/** What is remembered of a document; of one that has room for more, its records too. */
interface Known {
  readonly name: string;
  readonly group: number;
  readonly keys: readonly string[];
}
interface Open<R> extends Omit<Known, "keys"> {
  readonly records: readonly R[];
}

export interface WaitingOptions<R> {
  readonly folder: DurableFolder;
  /** Relative to the data folder. */
  readonly path: string;
  readonly schema: v.GenericSchema<unknown, R>;
  readonly key: (record: R) => string;
  readonly arrange?: Arrange | undefined;
}

/**
 * Records that wait for a seal (docs/protocol.md §6): documents of at most 32 under random names, sorted, the newest rewritten
 * whole by each group commit. One file for each commit would give the order away.
 * Calls must not overlap: {@link GroupCommit} sees to that.
 */
export class WaitingDocuments<R> {
  readonly #options: WaitingOptions<R>;
  readonly #schema: v.GenericSchema<unknown, WaitingDocument<R>>;
  readonly #known = new Map<string, Known>();
  /** The document of each group that has room, with its records. */
  readonly #open = new Map<number, Open<R>>();
  /** Documents that a failed write may have changed, and what they must hold (`null`: nothing) before anything else is kept. */
  readonly #doubtful = new Map<string, WaitingDocument<R> | null>();

  constructor(options: WaitingOptions<R>) {
    this.#options = options;
    this.#schema = v.strictObject({ group: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), records: v.array(options.schema) });
  }

  /** Reads every document and gives each one's records. Once, before anything else. @throws ERR_STORE_DAMAGED */
  async *load(): AsyncGenerator<WaitingDocument<R>> {
    for (const name of await this.#options.folder.list(this.#options.path)) {
      const document = await this.#read(name);
      if (document === null) continue;
      const { group, records } = document;
      this.#remember({ name, group, records });
      yield document;
    }
  }

  /** Adds records to a group; returns after the disk has them all. @throws ERR_STORE_WRITE: then none of them is kept */
  async append(group: number, records: readonly R[]): Promise<void> {
    await this.settle();
    const open = this.#open.get(group);
    const plan = fill(open?.records ?? [], records).map((part, i) => {
      const before = i === 0 ? open : undefined;
      return { name: before?.name ?? newName(), group, records: this.#arrange(part), before };
    });
    const written = await Promise.allSettled(plan.map(({ name, records }) => this.#write(name, { group, records })));
    const failure = written.find((result) => result.status === "rejected");
    if (failure !== undefined) {
      for (const { name, before } of plan) this.#doubtful.set(name, before ? { group, records: [...(before.records ?? [])] } : null);
      await this.settle().catch(() => undefined);
      throw failure.reason;
    }
    for (const { name, records, before } of plan) {
      if (before !== undefined) this.#forget(before);
      this.#remember({ name, group, records });
    }
  }

  /** The records of every group up to `last`, a document at a time. @throws ERR_STORE_DAMAGED */
  async *read(last: number): AsyncGenerator<R[]> {
    for (const { name, group } of [...this.#known.values()]) {
      if (group <= last) yield (await this.#read(name))?.records ?? [];
    }
  }

  /** The documents in which records with one of these keys stand. @throws ERR_STORE_DAMAGED */
  async *having(keys: ReadonlySet<string>): AsyncGenerator<R[]> {
    for (const { name, keys: here } of [...this.#known.values()]) {
      if (here.some((key) => keys.has(key))) yield (await this.#read(name))?.records ?? [];
    }
  }

  /** Removes every group up to `last`. @throws ERR_STORE_WRITE: some may be left, and are removed the next time */
  async remove(last: number): Promise<void> {
    await this.settle();
    for (const document of [...this.#known.values()].filter(({ group }) => group <= last)) {
      await this.#options.folder.remove(join(this.#options.path, document.name));
      this.#forget(document);
    }
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** Takes back what a failed write may have left. Before `read`, where that matters. @throws ERR_STORE_WRITE */
  async settle(): Promise<void> {
    for (const [name, document] of this.#doubtful) {
      if (document === null) await this.#options.folder.remove(join(this.#options.path, name));
      else await this.#write(name, document);
      this.#doubtful.delete(name);
    }
  }

  #remember({ name, group, records }: Open<R>): void {
    this.#known.set(name, { name, group, keys: records.map(this.#options.key) });
    if (records.length < WAITING_LIMIT) this.#open.set(group, { name, group, records });
  }

  #forget({ name, group }: Pick<Known, "name" | "group">): void {
    this.#known.delete(name);
    if (this.#open.get(group)?.name === name) this.#open.delete(group);
  }

  #arrange(records: readonly R[]): R[] {
    return (this.#options.arrange ?? byKey)(records, this.#options.key);
  }

  #read(name: string): Promise<WaitingDocument<R> | null> {
    return readDocument(this.#options.folder, join(this.#options.path, name), this.#schema);
  }

  #write(name: string, document: WaitingDocument<R>): Promise<void> {
    return writeDocument(this.#options.folder, join(this.#options.path, name), this.#schema, document);
  }
}

/** Fills the open document, then new ones. */
function fill<R>(open: readonly R[], records: readonly R[]): R[][] {
  const all = [...open, ...records];
  return Array.from({ length: Math.ceil(all.length / WAITING_LIMIT) }, (_, i) => all.slice(i * WAITING_LIMIT, (i + 1) * WAITING_LIMIT));
}

function newName(): string {
  return `${randomBytes(16).toString("hex")}.json`;
}
