import { join } from "node:path";
import { Deciding } from "../deciding.ts";
import { GroupCommit } from "../group.ts";
import type { Admission, Admitted, AdmittedSequence, EpochRecord, IndexedRecord, KnownKey, PendingCount } from "../store.ts";
import { damaged } from "./document.ts";
import { EPOCH_DOCUMENT, SealedEpochs } from "./epochs.ts";
import type { DurableFolder } from "./folder.ts";
import { KeyIndex } from "./keys.ts";
import { epochRecord, fromBase64, type StoredRecord, storedRecord, toBase64 } from "./records.ts";
import { type Arrange, byKey, WaitingDocuments } from "./waiting.ts";

/** Submissions that may wait for the disk; more are refused. */
const QUEUE = 1024;
/** Records of an epoch in memory while it is sealed; a multiple of a document's. */
const WINDOW = 64 * EPOCH_DOCUMENT;

/** The submissions of one round: waiting, sealed, and the index over both. */
export class Admissions {
  readonly #path: string;
  readonly #index = new KeyIndex();
  readonly #waiting: WaitingDocuments<StoredRecord>;
  readonly #sealed: SealedEpochs;
  readonly #group: GroupCommit<Admission, Admitted>;
  readonly #counts = new Map<number, { records: number; newKeys: number }>();
  /** Leaf hashes that were found both waiting and in an epoch, until `recover`. */
  readonly #both = new Set<string>();
  /** Epochs up to this one are being sealed, or are: nothing enters them any more. */
  #closed = -1;
  #lastSealed = -1;
  /** Nothing is admitted any more. In memory only: what a start finds is told by the round's own times. */
  #ended = false;

  constructor(folder: DurableFolder, path: string, arrange?: Arrange) {
    this.#path = path;
    const options = { folder, path: join(path, "pending"), schema: storedRecord, key: (record: StoredRecord) => record.leafHash, arrange };
    this.#waiting = new WaitingDocuments(options);
    this.#sealed = new SealedEpochs(folder, join(path, "epochs"));
    this.#group = new GroupCommit((admissions) => this.#commit(admissions), QUEUE);
  }

  /** Builds the index from the documents. Changes nothing. @throws ERR_STORE_DAMAGED */
  async load(): Promise<void> {
    for await (const { group, records } of this.#waiting.load()) {
      for (const record of records) this.#remember(record, group);
      const count = this.#counts.get(group) ?? { records: 0, newKeys: 0 };
      this.#counts.set(group, { ...count, records: count.records + records.length });
    }
    for await (const { epoch, records } of this.#sealed.load()) {
      for (const record of records) if (!this.#remember(record, epoch)) this.#both.add(record.leafHash);
    }
    this.#countNewKeys();
  }

  known(responseKey: string): KnownKey | null {
    return this.#index.known(responseKey);
  }

  admitted(responseKey: string, sequence: number): AdmittedSequence | null {
    const known = this.#index.sequence(responseKey, sequence);
    return known === null ? null : { leafHash: known.leafHash, epoch: this.#sealedAs(known.epoch) };
  }

  /** Every admitted leaf with the epoch that its promise names. */
  leaves(): { leafHash: string; epoch: number }[] {
    return [...this.#index.all()].map(({ leafHash, epoch }) => ({ leafHash, epoch: this.#sealedAs(epoch) }));
  }

  get counts(): ReadonlyMap<number, PendingCount> {
    return this.#counts;
  }

  admit(admission: Admission): Promise<Admitted> {
    return this.#group.submit(admission);
  }

  /** The same, of whom and which. */
  all(): IndexedRecord[] {
    return [...this.#index.all()].map(({ responseKey, sequence, leafHash, epoch }) => {
      const sealed = epoch <= this.#lastSealed ? this.#sealedAs(epoch) : null;
      return { responseKey, sequence, leafHash, epoch: sealed };
    });
  }

  /** Waits for nobody: what is sealed meanwhile is in its epoch before it no longer waits. */
  async records(leafHashes: ReadonlySet<string>): Promise<EpochRecord[]> {
    const found = new Map<string, StoredRecord>();
    const take = (records: readonly StoredRecord[]): void => {
      for (const record of records) if (leafHashes.has(record.leafHash)) found.set(record.leafHash, record);
    };
    const known = this.all().filter(({ leafHash }) => leafHashes.has(leafHash));
    if (known.some(({ epoch }) => epoch === null)) {
      for await (const records of this.#waiting.having(leafHashes)) take(records);
    }
    for (const epoch of this.#sealed.epochs) {
      const missing = new Set(known.map(({ leafHash }) => leafHash).filter((leafHash) => !found.has(leafHash)));
      if (missing.size > 0) for await (const records of this.#sealed.having(epoch, missing)) take(records);
    }
    return byKey([...found.values()], ({ leafHash }) => leafHash).map(epochRecord);
  }

  async *epoch(epoch: number): AsyncGenerator<EpochRecord> {
    const kept = this.#sealed.epochs.find((other) => other >= epoch);
    if (kept === undefined || epoch > this.#lastSealed) return;
    for await (const records of this.#sealed.read(kept)) yield* records.map(epochRecord);
  }

  /** Resolves when what was begun is on the disk. */
  idle(): Promise<void> {
    return this.#group.exclusive(async () => undefined);
  }

  /** What was submitted before is on the disk when this returns. */
  end(): Promise<void> {
    return this.#group.exclusive(async () => {
      this.#ended = true;
    });
  }

  async prepare(epoch: number, superseded: "drop" | "keep"): Promise<Uint8Array[]> {
    if (epoch <= this.#lastSealed) throw new TypeError("this epoch is sealed");
    // 1. What was submitted before is on the disk; then nothing enters these epochs any more.
    await this.#group.exclusive(async () => {
      await this.#waiting.settle();
      this.#closed = Math.max(this.#closed, epoch);
    });
    //    What an earlier attempt prepared and did not log, perhaps under another number, is made anew.
    for (const other of this.#sealed.epochs) if (other > this.#lastSealed) await this.#sealed.remove(other);
    // 2. The leaves in order. They are small; the envelopes stay on the disk.
    const leaves = new Map<string, string>();
    for await (const records of this.#waiting.read(epoch)) for (const { leafHash, leaf } of records) leaves.set(leafHash, leaf);
    const order = [...leaves.keys()].sort();
    // 3. The documents in leaf order, with a bounded number of envelopes in memory.
    for (let start = 0; start < order.length; start += WINDOW) {
      const window = new Map<string, StoredRecord | null>(order.slice(start, start + WINDOW).map((leafHash) => [leafHash, null]));
      for await (const records of this.#waiting.read(epoch)) {
        for (const record of records)
          if (window.has(record.leafHash)) window.set(record.leafHash, this.#sealable(record, epoch, superseded));
      }
      const records = [...window.values()].filter((record) => record !== null);
      for (let i = 0; i < records.length; i += EPOCH_DOCUMENT) {
        await this.#sealed.write(epoch, (start + i) / EPOCH_DOCUMENT, records.slice(i, i + EPOCH_DOCUMENT));
      }
    }
    return order.map((leafHash) => fromBase64(leaves.get(leafHash) ?? ""));
  }

  finish(epoch: number, superseded: "drop" | "keep"): Promise<void> {
    return this.#group.exclusive(async () => {
      const before = this.#sealed.epochs.filter((other) => other < epoch).at(-1) ?? -1;
      await this.#waiting.remove(epoch);
      for (const waiting of this.#counts.keys()) if (waiting <= epoch) this.#counts.delete(waiting);
      this.#closed = Math.max(this.#closed, epoch);
      this.#lastSealed = Math.max(this.#lastSealed, epoch);
      if (superseded === "drop") await this.#dropSuperseded(epoch, before);
    });
  }

  destroyEnvelopes(): Promise<void> {
    return this.#group.exclusive(async () => {
      for (const epoch of this.#sealed.epochs) await this.#sealed.dropAllEnvelopes(epoch);
    });
  }

  async recover(sealed: readonly { readonly to: number; readonly count: number }[], superseded: "drop" | "keep"): Promise<void> {
    const last = sealed.at(-1)?.to ?? -1;
    // 1. What the ledger says is sealed is there.
    for (const { to, count } of sealed) {
      let found = 0;
      for await (const records of this.#sealed.read(to)) found += records.length;
      if (found !== count) throw damaged([join(this.#path, "epochs", String(to))]);
    }
    // 2. Epochs that were prepared and never logged: all they hold waits, too. Otherwise the ledger is older than they are.
    for (const epoch of this.#sealed.epochs.filter((other) => other > last)) {
      for await (const records of this.#sealed.read(epoch)) {
        if (!records.every(({ leafHash }) => this.#both.has(leafHash))) throw damaged([join(this.#path, "epochs", String(epoch))]);
      }
      await this.#sealed.remove(epoch);
    }
    if (last < 0) return this.#both.clear();
    // 3. Whatever waits for a sealed epoch and is not in it waits for the next one.
    const left: StoredRecord[] = [];
    for await (const records of this.#waiting.read(last)) left.push(...records.filter(({ leafHash }) => !this.#both.has(leafHash)));
    if (left.length > 0) await this.#waiting.append(last + 1, left);
    for (const { responseKey, sequence } of left) this.#index.move(responseKey, sequence, last + 1);
    this.#both.clear();
    // 4. The rest of the last seal.
    await this.finish(last, superseded);
    if (left.length > 0) this.#counts.set(last + 1, { records: (this.#counts.get(last + 1)?.records ?? 0) + left.length, newKeys: 0 });
    this.#countNewKeys();
  }

  async #dropSuperseded(epoch: number, before: number): Promise<void> {
    const dropped = [...this.#index.superseded(epoch)];
    const earlier = dropped.filter((known) => known.epoch <= before);
    for (const kept of this.#sealed.epochs) {
      const here = earlier.filter((known) => this.#sealed.epochs.find((other) => other >= known.epoch) === kept);
      if (here.length > 0) await this.#sealed.dropEnvelopes(kept, here.map(({ leafHash }) => leafHash).sort());
    }
    for (const { responseKey, sequence } of dropped) this.#index.drop(responseKey, sequence);
  }

  #sealable(record: StoredRecord, epoch: number, superseded: "drop" | "keep"): StoredRecord {
    if (superseded === "keep") return record;
    for (const other of this.#index.sequences(record.responseKey)) {
      if (other.epoch <= epoch && other.sequence > record.sequence) return { ...record, envelope: null };
    }
    return record;
  }

  /** Decides and writes a group. Those for a later epoch than the first one's are a group of their own. */
  async #commit(admissions: readonly Admission[]): Promise<(Admitted | Error)[]> {
    const results: (Admitted | Error)[] = [];
    for (let start = 0; start < admissions.length; ) {
      const epoch = this.#epochOf(admissions[start] as Admission);
      const later = admissions.findIndex((admission, i) => i > start && this.#epochOf(admission) !== epoch);
      const end = later === -1 ? admissions.length : later;
      results.push(...(await this.#commitInto(epoch, admissions.slice(start, end))));
      start = end;
    }
    return results;
  }

  async #commitInto(epoch: number, admissions: readonly Admission[]): Promise<(Admitted | Error)[]> {
    const deciding = new Deciding({
      lookUp: (responseKey, sequence) => ({ key: this.known(responseKey), admitted: this.admitted(responseKey, sequence) }),
      waiting: this.#waitingRecords(),
      ended: this.#ended,
      epochOf: () => epoch,
    });
    const decisions = admissions.map((admission) => deciding.decide(admission));
    const { admitted } = deciding;
    try {
      if (admitted.length > 0) await this.#waiting.append(epoch, admitted.map(storedAdmission));
    } catch (error) {
      // Nothing of the group was kept, so what was decided by it does not hold either.
      return admissions.map(() => error as Error);
    }
    const count = this.#counts.get(epoch) ?? { records: 0, newKeys: 0 };
    for (const { responseKey, audience, sequence, leafHash } of admitted) {
      count.records++;
      if (this.#index.add(responseKey, audience, { sequence, epoch, leafHash, kept: true })) count.newKeys++;
    }
    if (admitted.length > 0) this.#counts.set(epoch, count);
    return decisions;
  }

  #waitingRecords(): number {
    let records = 0;
    for (const count of this.#counts.values()) records += count.records;
    return records;
  }

  #epochOf(admission: Admission): number {
    return Math.max(admission.epoch, this.#closed + 1);
  }

  /** The number under which an epoch was sealed with others: which of them a record came in is forgotten with the seal. */
  #sealedAs(epoch: number): number {
    if (epoch > this.#lastSealed) return epoch;
    return this.#sealed.epochs.find((other) => other >= epoch) ?? epoch;
  }

  /** False if the index has it already. */
  #remember({ responseKey, audience, sequence, leafHash, envelope }: StoredRecord, epoch: number): boolean {
    if (this.#index.sequence(responseKey, sequence) !== null) return false;
    this.#index.add(responseKey, audience, { sequence, epoch, leafHash, kept: envelope !== null });
    return true;
  }

  #countNewKeys(): void {
    const newKeys = this.#index.newKeys(-1);
    for (const [epoch, count] of this.#counts) count.newKeys = newKeys.get(epoch) ?? 0;
  }
}

function storedAdmission({ leafHash, responseKey, audience, sequence, leaf, envelope }: Admission): StoredRecord {
  return { leafHash, responseKey, audience, sequence, leaf: toBase64(leaf), envelope: toBase64(envelope) };
}
