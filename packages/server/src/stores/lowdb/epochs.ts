import { join } from "node:path";
import { readDocument, writeDocument } from "./document.ts";
import type { DurableFolder } from "./folder.ts";
import { epochDocument, type StoredRecord } from "./records.ts";

/** Records in one document of a sealed epoch. */
export const EPOCH_DOCUMENT = 256;

/** Sealed epochs: `epochs/<n>/<000000…>.json`, 256 records a document in leaf order. */
export class SealedEpochs {
  readonly #folder: DurableFolder;
  readonly #path: string;
  /** The first leaf hash of each document, for each epoch. */
  readonly #first = new Map<number, string[]>();

  constructor(folder: DurableFolder, path: string) {
    this.#folder = folder;
    this.#path = path;
  }

  /** Reads every document, an epoch after the other. Once, before anything else. @throws ERR_STORE_DAMAGED */
  async *load(): AsyncGenerator<{ readonly epoch: number; readonly records: readonly StoredRecord[] }> {
    const names = (await this.#folder.list(this.#path)).filter((name) => /^\d+\/$/.test(name)).map((name) => Number(name.slice(0, -1)));
    for (const epoch of names.sort((a, b) => a - b)) {
      const documents = (await this.#folder.list(join(this.#path, String(epoch)))).filter((name) => name.endsWith(".json"));
      this.#first.set(
        epoch,
        documents.map(() => ""),
      );
      for (const ordinal of documents.keys()) {
        const records = await this.#read(epoch, ordinal);
        this.#remember(epoch, ordinal, records);
        yield { epoch, records };
      }
    }
  }

  /** The numbers under which epochs are kept, ascending. */
  get epochs(): number[] {
    return [...this.#first.keys()].sort((a, b) => a - b);
  }

  async *read(epoch: number): AsyncGenerator<StoredRecord[]> {
    for (const ordinal of (this.#first.get(epoch) ?? []).keys()) yield await this.#read(epoch, ordinal);
  }

  /** The documents of an epoch in which these leaf hashes would stand. */
  async *having(epoch: number, leafHashes: ReadonlySet<string>): AsyncGenerator<StoredRecord[]> {
    const first = this.#first.get(epoch) ?? [];
    const ordinals = new Set([...leafHashes].map((leafHash) => first.findLastIndex((start) => start <= leafHash)));
    for (const ordinal of [...ordinals].sort((a, b) => a - b)) if (ordinal >= 0) yield await this.#read(epoch, ordinal);
  }

  /** Writes document `ordinal` of an epoch. */
  async write(epoch: number, ordinal: number, records: readonly StoredRecord[]): Promise<void> {
    await writeDocument(this.#folder, this.#name(epoch, ordinal), epochDocument, [...records]);
    this.#remember(epoch, ordinal, records);
  }

  async remove(epoch: number): Promise<void> {
    await this.#folder.remove(join(this.#path, String(epoch)));
    this.#first.delete(epoch);
  }

  /** Rewrites the documents of an epoch that hold one of these leaf hashes (sorted), without their envelopes. */
  async dropEnvelopes(epoch: number, leafHashes: readonly string[]): Promise<void> {
    const first = this.#first.get(epoch) ?? [];
    const byDocument = new Map<number, Set<string>>();
    for (const leafHash of leafHashes) {
      const ordinal = first.findLastIndex((start) => start <= leafHash);
      byDocument.set(ordinal, (byDocument.get(ordinal) ?? new Set()).add(leafHash));
    }
    for (const [ordinal, dropped] of byDocument) {
      const records = await this.#read(epoch, ordinal);
      await this.write(
        epoch,
        ordinal,
        records.map((record) => (dropped.has(record.leafHash) ? { ...record, envelope: null } : record)),
      );
    }
  }

  /** Rewrites the documents of an epoch that hold an envelope, without any. */
  async dropAllEnvelopes(epoch: number): Promise<void> {
    for (const ordinal of (this.#first.get(epoch) ?? []).keys()) {
      const records = await this.#read(epoch, ordinal);
      if (records.every(({ envelope }) => envelope === null)) continue;
      await this.write(
        epoch,
        ordinal,
        records.map((record) => ({ ...record, envelope: null })),
      );
    }
  }

  #remember(epoch: number, ordinal: number, records: readonly StoredRecord[]): void {
    const first = this.#first.get(epoch) ?? [];
    first[ordinal] = records[0]?.leafHash ?? "";
    this.#first.set(epoch, first);
  }

  async #read(epoch: number, ordinal: number): Promise<StoredRecord[]> {
    return (await readDocument(this.#folder, this.#name(epoch, ordinal), epochDocument)) ?? [];
  }

  #name(epoch: number, ordinal: number): string {
    return join(this.#path, String(epoch), `${String(ordinal).padStart(6, "0")}.json`);
  }
}
