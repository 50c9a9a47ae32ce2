import { randomBytes } from "node:crypto";
import type { KnownKey } from "../store.ts";

/** What the index knows of one admitted sequence. */
export interface KnownSequence {
  readonly sequence: number;
  readonly epoch: number;
  readonly leafHash: string;
  /** Its envelope is on the disk. */
  readonly kept: boolean;
}

const NONE = -1;
const HASH = 32;

/**
 * Which response keys and sequences were admitted, in memory: about 140 bytes for each, in typed arrays. Built from the documents
 * at every start. Response keys come from strangers, so the hash table is seeded.
 */
export class KeyIndex {
  /** Places of keys, open addressing; a power of two. */
  #table: Int32Array = new Int32Array(1024).fill(NONE);
  readonly #seed: Uint32Array = Uint32Array.from({ length: 8 }, () => randomBytes(4).readUInt32LE() | 1);
  #keys = 0;
  #key: Uint8Array = new Uint8Array(512 * HASH);
  #audience: Uint8Array = new Uint8Array(512);
  #firstEpoch: Int32Array = new Int32Array(512);
  #highest: Uint8Array = new Uint8Array(512);
  #count: Uint16Array = new Uint16Array(512);
  #newest: Int32Array = new Int32Array(512);
  #sequences = 0;
  #leafHash: Uint8Array = new Uint8Array(512 * HASH);
  #sequence: Uint8Array = new Uint8Array(512);
  #epoch: Int32Array = new Int32Array(512);
  #kept: Uint8Array = new Uint8Array(512);
  #before: Int32Array = new Int32Array(512);

  /** How many sequences were admitted, over all keys. */
  get size(): number {
    return this.#sequences;
  }

  known(responseKey: string): KnownKey | null {
    const at = this.#find(bytes(responseKey));
    if (at === NONE) return null;
    return { audience: this.#audience[at] ?? 0, highestSequence: this.#highest[at] ?? 0, count: this.#count[at] ?? 0 };
  }

  /** One admitted sequence of a key; null if there is none. */
  sequence(responseKey: string, sequence: number): KnownSequence | null {
    const at = this.#find(bytes(responseKey));
    for (let i = at === NONE ? NONE : (this.#newest[at] ?? NONE); i !== NONE; i = this.#before[i] ?? NONE) {
      if (this.#sequence[i] === sequence) return this.#describe(i);
    }
    return null;
  }

  /** Every admitted sequence of a key, in no particular order. */
  sequences(responseKey: string): KnownSequence[] {
    return this.#places(responseKey).map((i) => this.#describe(i));
  }

  /** Every admitted sequence of every key. */
  *all(): Generator<KnownSequence & { readonly responseKey: string }> {
    for (let at = 0; at < this.#keys; at++) {
      const responseKey = Buffer.from(this.#key.subarray(at * HASH, (at + 1) * HASH)).toString("hex");
      for (let i = this.#newest[at] ?? NONE; i !== NONE; i = this.#before[i] ?? NONE) yield { ...this.#describe(i), responseKey };
    }
  }

  /** Adds a sequence that is not there. True if its key is new. */
  add(responseKey: string, audience: number, known: KnownSequence): boolean {
    const key = bytes(responseKey);
    const found = this.#find(key);
    const at = found === NONE ? this.#addKey(key, audience, known.epoch) : found;
    if (this.#sequences === this.#sequence.length) this.#growSequences();
    const i = this.#sequences++;
    this.#leafHash.set(bytes(known.leafHash), i * HASH);
    this.#sequence[i] = known.sequence;
    this.#epoch[i] = known.epoch;
    this.#kept[i] = known.kept ? 1 : 0;
    this.#before[i] = this.#newest[at] ?? NONE;
    this.#newest[at] = i;
    this.#firstEpoch[at] = Math.min(this.#firstEpoch[at] ?? 0, known.epoch);
    this.#highest[at] = Math.max(this.#highest[at] ?? 0, known.sequence);
    this.#count[at] = (this.#count[at] ?? 0) + 1;
    return found === NONE;
  }

  /** Says that the envelope of a sequence is no longer kept. */
  drop(responseKey: string, sequence: number): void {
    for (const i of this.#places(responseKey)) if (this.#sequence[i] === sequence) this.#kept[i] = 0;
  }

  /** Says that a sequence waits for another epoch than before. */
  move(responseKey: string, sequence: number, epoch: number): void {
    for (const i of this.#places(responseKey)) if (this.#sequence[i] === sequence) this.#epoch[i] = epoch;
  }

  /** Sequences in epochs up to `epoch` whose envelope is kept and whose key has a higher sequence there. */
  *superseded(epoch: number): Generator<KnownSequence & { readonly responseKey: string }> {
    for (let at = 0; at < this.#keys; at++) {
      if ((this.#count[at] ?? 0) < 2) continue;
      const responseKey = Buffer.from(this.#key.subarray(at * HASH, (at + 1) * HASH)).toString("hex");
      const sealed = this.sequences(responseKey).filter((known) => known.epoch <= epoch);
      const highest = Math.max(...sealed.map(({ sequence }) => sequence));
      for (const known of sealed) if (known.kept && known.sequence < highest) yield { ...known, responseKey };
    }
  }

  /** How many keys were first admitted in each epoch above `sealed`. */
  newKeys(sealed: number): Map<number, number> {
    const counts = new Map<number, number>();
    for (let at = 0; at < this.#keys; at++) {
      const epoch = this.#firstEpoch[at] ?? 0;
      if (epoch > sealed) counts.set(epoch, (counts.get(epoch) ?? 0) + 1);
    }
    return counts;
  }

  #places(responseKey: string): number[] {
    const places: number[] = [];
    const at = this.#find(bytes(responseKey));
    for (let i = at === NONE ? NONE : (this.#newest[at] ?? NONE); i !== NONE; i = this.#before[i] ?? NONE) places.push(i);
    return places;
  }

  #describe(i: number): KnownSequence {
    const leafHash = Buffer.from(this.#leafHash.buffer, i * HASH, HASH).toString("hex");
    return { sequence: this.#sequence[i] ?? 0, epoch: this.#epoch[i] ?? 0, leafHash, kept: this.#kept[i] === 1 };
  }

  #addKey(key: Uint8Array, audience: number, epoch: number): number {
    if (this.#keys === this.#audience.length) this.#growKeys();
    if (this.#keys * 3 >= this.#table.length * 2) this.#growTable();
    const at = this.#keys++;
    this.#key.set(key, at * HASH);
    this.#audience[at] = audience;
    this.#firstEpoch[at] = epoch;
    this.#newest[at] = NONE;
    this.#table[this.#place(key)] = at;
    return at;
  }

  #find(key: Uint8Array): number {
    return this.#table[this.#place(key)] ?? NONE;
  }

  /** The place of a key in the table, or the empty place where it belongs. */
  #place(key: Uint8Array): number {
    const mask = this.#table.length - 1;
    const view = new DataView(key.buffer, key.byteOffset, HASH);
    let sum = 0;
    for (let i = 0; i < 8; i++) sum = (sum + Math.imul(view.getUint32(4 * i), this.#seed[i] as number)) >>> 0;
    sum ^= sum >>> 15;
    for (let place = Math.imul(sum, 0x2c1b3c6d) >>> 0; ; place++) {
      const at = this.#table[place & mask] ?? NONE;
      if (at === NONE || this.#isKey(at, key)) return place & mask;
    }
  }

  #isKey(at: number, key: Uint8Array): boolean {
    for (let i = 0; i < HASH; i++) if (this.#key[at * HASH + i] !== key[i]) return false;
    return true;
  }

  #growTable(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(NONE);
    for (let at = 0; at < this.#keys; at++) this.#table[this.#place(this.#key.subarray(at * HASH, (at + 1) * HASH))] = at;
  }

  #growKeys(): void {
    const size = larger(this.#keys);
    this.#key = grown(this.#key, new Uint8Array(size * HASH));
    this.#audience = grown(this.#audience, new Uint8Array(size));
    this.#firstEpoch = grown(this.#firstEpoch, new Int32Array(size));
    this.#highest = grown(this.#highest, new Uint8Array(size));
    this.#count = grown(this.#count, new Uint16Array(size));
    this.#newest = grown(this.#newest, new Int32Array(size));
  }

  #growSequences(): void {
    const size = larger(this.#sequences);
    this.#leafHash = grown(this.#leafHash, new Uint8Array(size * HASH));
    this.#sequence = grown(this.#sequence, new Uint8Array(size));
    this.#epoch = grown(this.#epoch, new Int32Array(size));
    this.#kept = grown(this.#kept, new Uint8Array(size));
    this.#before = grown(this.#before, new Int32Array(size));
  }
}

/** Half as many more: memory stays within 1.5 × of what is used. */
function larger(size: number): number {
  return Math.ceil(size * 1.5);
}

function grown<A extends { set(values: A): void }>(before: A, after: A): A {
  after.set(before);
  return after;
}

function bytes(hex: string): Uint8Array {
  return Buffer.from(hex, "hex");
}
