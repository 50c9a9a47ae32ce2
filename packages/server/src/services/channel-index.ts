import { uint } from "@amana/core/bytes";
import type { IndexedRecord, Store } from "../stores/store.ts";
import type { LiveRound } from "./round.ts";

/** Rows in one answer at most: 16 KB, so that a list waits for a page and not for a flood. */
export const INDEX_PAGE = 256;

/** Which page of an index: epochs `from` to `to`, null for those that are still to come, and what follows a leaf hash. */
export interface IndexRange {
  readonly from: number;
  readonly to: number | null;
  readonly after: string | null;
}

const HASH = 32;
/** Bytes of one message's row: `responseKey[32] ‖ u8 sequence ‖ leafHash[32]`. */
const ROW = HASH + 1 + HASH;
/** Channels whose rows are held: 16 MB each at most. */
const CHANNELS = 4;

/** The rows of a channel as they were looked up, by leaf hash. */
interface Rows {
  /** What the store counted before: while it counts the same, nothing has come. */
  readonly of: string;
  /** By the number of the seal. They never change. */
  readonly sealed: ReadonlyMap<number, Uint8Array>;
  readonly unsealed: Uint8Array;
}

/** What there is of reports rounds, in pages. It is put together when something has come, and what was sealed only once. */
export class ChannelIndex {
  readonly #store: Store;
  readonly #rows = new Map<string, Rows>();

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * `u32 total ‖ u32 count ‖ (responseKey[32] ‖ u8 sequence ‖ leafHash[32])[count]`: how many messages these epochs have, and those that follow
   * `after`, by leaf hash. What is not sealed yet is of the epochs to come: a seal between two pages moves nothing out of them.
   */
  async page(round: LiveRound, { from, to, after }: IndexRange): Promise<Uint8Array> {
    const { sealed, unsealed } = await this.#look(round);
    const parts = [...sealed].filter(([epoch]) => epoch >= from && (to === null || epoch <= to)).map(([, rows]) => rows);
    const rows = merged(to === null ? [...parts, unsealed] : parts);
    const start = after === null ? 0 : firstAfter(rows, Buffer.from(after, "hex"));
    const page = rows.subarray(start * ROW, (start + INDEX_PAGE) * ROW);
    return Buffer.concat([uint(rows.length / ROW, 4), uint(page.length / ROW, 4), page]);
  }

  async #look(round: LiveRound): Promise<Rows> {
    const counts = [...(await this.#store.pendingCounts(round.idHex))].map(([epoch, { records }]) => `${epoch}:${records}`).sort();
    const of = `${round.state.epochs.length} ${counts.join(" ")}`;
    const before = this.#rows.get(round.idHex);
    if (before?.of === of) return before;
    const epochs = new Map<number | null, IndexedRecord[]>();
    for (const record of await this.#store.index(round.idHex)) {
      const others = epochs.get(record.epoch);
      if (others === undefined) epochs.set(record.epoch, [record]);
      else others.push(record);
    }
    const sealed = new Map<number, Uint8Array>();
    for (const [epoch, records] of epochs) {
      if (epoch === null) continue;
      const known = before?.sealed.get(epoch);
      sealed.set(epoch, known?.length === records.length * ROW ? known : encode(records));
    }
    const rows = { of, sealed, unsealed: encode(epochs.get(null) ?? []) };
    this.#rows.delete(round.idHex);
    this.#rows.set(round.idHex, rows);
    for (const oldest of [...this.#rows.keys()].slice(0, -CHANNELS)) this.#rows.delete(oldest);
    return rows;
  }
}

function encode(records: readonly IndexedRecord[]): Uint8Array {
  const sorted = [...records].sort((a, b) => (a.leafHash < b.leafHash ? -1 : 1));
  const rows = Buffer.alloc(sorted.length * ROW);
  for (const [at, { responseKey, sequence, leafHash }] of sorted.entries()) {
    rows.write(responseKey, at * ROW, "hex");
    rows[at * ROW + HASH] = sequence;
    rows.write(leafHash, at * ROW + HASH + 1, "hex");
  }
  return rows;
}

/** Several epochs as one, by leaf hash. One is as it is. */
function merged(parts: readonly Uint8Array[]): Uint8Array {
  const [only = new Uint8Array(0), ...others] = parts.filter(({ length }) => length > 0);
  if (others.length === 0) return only;
  const rows = [only, ...others].flatMap((part) =>
    Array.from({ length: part.length / ROW }, (_, at) => part.subarray(at * ROW, (at + 1) * ROW)),
  );
  return Buffer.concat(rows.sort((a, b) => Buffer.compare(a.subarray(HASH + 1), b.subarray(HASH + 1))));
}

/** The place of the first row whose leaf hash comes after this one. */
function firstAfter(rows: Uint8Array, hash: Uint8Array): number {
  let [low, high] = [0, rows.length / ROW];
  while (low < high) {
    const middle = (low + high) >> 1;
    const here = rows.subarray(middle * ROW + HASH + 1, (middle + 1) * ROW);
    if (Buffer.compare(here, hash) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
