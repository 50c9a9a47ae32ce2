import { fromHex, H, SHA256, TAGS, toHex } from "@amana/core/bytes";
import { checkCaseRecord } from "@amana/core/cases";
import { AmanaError } from "@amana/core/errors";
import { verify } from "@amana/core/primitives";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import type { LiveRound } from "./round.ts";
import { Serial } from "./serial.ts";

/** A handler's record: its sealed bytes, signed over `H(TAGS.caseDelivery, manifestId, SHA-256(record))`. */
export interface CaseDelivery {
  readonly holder: number;
  readonly record: Uint8Array;
  readonly signature: Uint8Array;
}

/** Records of a channel; no handler may write more than its share of them, so that one cannot silence the others. */
export const MOST_RECORDS = 16_384;
/** Replies of a channel, likewise: all of them are one document, which everyone fetches. */
export const MOST_REPLIES = 8192;

/** The documents `rounds/<id>/cases/<first byte of the record's SHA-256>`: base64, sorted. */
const schema = v.array(v.pipe(v.string(), v.base64()));

/** The document `rounds/<id>/case-shares`: by the handler's index how much it has written, so that a restart gives no new share. */
const sharesSchema = v.array(v.strictObject({ records: count(), replies: count() }));
type Share = v.InferOutput<typeof sharesSchema>[number];

function count(): v.GenericSchema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(0));
}

export interface RecordLimits {
  readonly records: number;
  readonly replies: number;
}

/**
 * What handlers tell each other about reports (docs/protocol.md §9.5). The server can read none of it, and keeps of each record its bytes
 * alone: not who delivered it, nor when, nor in which order; of each handler how many.
 */
export class CaseRecords {
  readonly #store: Store;
  readonly #most: RecordLimits;
  readonly #turn = new Serial();
  /** The SHA-256 of every record of a round. */
  readonly #known = new Map<string, Set<string>>();
  readonly #forgotten = new Set<string>();

  constructor(store: Store, most: RecordLimits = { records: MOST_RECORDS, replies: MOST_REPLIES }) {
    this.#store = store;
    this.#most = most;
  }

  /** Keeps a record; returns after the disk has it. The same bytes again change nothing. @throws ERR_CASE_RECORD, ERR_FETCH_REFUSED, ERR_ROUND_CLOSED, ERR_OVERLOADED, ERR_STORE_WRITE */
  async deliver(round: LiveRound, { holder, record, signature }: CaseDelivery): Promise<void> {
    const handler = round.manifest.handlers[holder];
    const message = H(TAGS.caseDelivery, round.id, SHA256(record));
    if (handler === undefined || !verify(fromHex(handler.signingKey), message, signature)) throw new AmanaError("ERR_FETCH_REFUSED");
    await this.keep(round, holder, record);
  }

  /** Keeps a record whose delivery was checked; with `reply` that of a reply, of which each handler has a share, too. @throws as {@link deliver} */
  async keep(round: LiveRound, holder: number, record: Uint8Array, what: "record" | "reply" = "record"): Promise<void> {
    checkCaseRecord(record, round.manifest);
    const hash = toHex(SHA256(record));
    await this.#turn.run(async () => {
      if (round.state.envelopesDestroyed || this.#forgotten.has(round.idHex)) throw new AmanaError("ERR_ROUND_CLOSED");
      const known = await this.#hashes(round);
      if (known.has(hash)) return;
      const shares = await this.#shares(round);
      const { records, replies } = shares[holder] as Share;
      const share = { records: records + 1, replies: what === "reply" ? replies + 1 : replies };
      const of = round.manifest.handlers.length;
      if (known.size >= this.#most.records || share.records > this.#most.records / of || share.replies > this.#most.replies / of)
        throw new AmanaError("ERR_OVERLOADED", { retryAfter: 3600 });
      // Counted first: who stops a server in between has written one less, never one more.
      await this.#store.writeDocument(sharesOf(round), shares.with(holder, share));
      const name = documentOf(round, hash);
      const entries = [...(await this.#read(name)), Buffer.from(record).toString("base64")];
      await this.#store.writeDocument(name, entries.sort());
      known.add(hash);
    });
  }

  /** The SHA-256 of every record, ascending. @throws ERR_STORE_DAMAGED */
  hashes(round: LiveRound): Promise<string[]> {
    return this.#turn.run(async () => [...(await this.#hashes(round))].sort());
  }

  /** The records with these SHA-256, in their order; what is not there is left out. @throws ERR_STORE_DAMAGED */
  async read(round: LiveRound, hashes: readonly string[]): Promise<Uint8Array[]> {
    const wanted = new Set(hashes);
    const found = new Map<string, Uint8Array>();
    for (const name of new Set(hashes.map((hash) => documentOf(round, hash)))) {
      for (const entry of await this.#read(name)) {
        const bytes = new Uint8Array(Buffer.from(entry, "base64"));
        const hash = toHex(SHA256(bytes));
        if (wanted.has(hash)) found.set(hash, bytes);
      }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, bytes]) => bytes);
  }

  /** Forgets what was read: another process may have written. */
  refresh(): void {
    this.#known.clear();
  }

  /** Removes every record of a round; from then on none is taken. */
  forget(round: LiveRound): Promise<void> {
    return this.#turn.run(async () => {
      this.#forgotten.add(round.idHex);
      this.#known.delete(round.idHex);
      for (const name of await this.#store.listDocuments(folderOf(round))) await this.#store.removeDocument(name);
      await this.#store.removeDocument(sharesOf(round));
    });
  }

  async #hashes(round: LiveRound): Promise<Set<string>> {
    const before = this.#known.get(round.idHex);
    if (before !== undefined) return before;
    const known = new Set<string>();
    for (const name of await this.#store.listDocuments(folderOf(round)))
      for (const entry of await this.#read(name)) known.add(toHex(SHA256(Buffer.from(entry, "base64"))));
    this.#known.set(round.idHex, known);
    return known;
  }

  async #shares(round: LiveRound): Promise<Share[]> {
    const name = sharesOf(round);
    const none = round.manifest.handlers.map(() => ({ records: 0, replies: 0 }));
    const result = v.safeParse(v.pipe(sharesSchema, v.length(none.length)), (await this.#store.readDocument(name)) ?? none);
    if (!result.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ${name}` });
    return result.output;
  }

  async #read(name: string): Promise<string[]> {
    const result = v.safeParse(schema, (await this.#store.readDocument(name)) ?? []);
    if (!result.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ${name}` });
    return result.output;
  }
}

function folderOf(round: LiveRound): string {
  return `rounds/${round.idHex}/cases`;
}

function sharesOf(round: LiveRound): string {
  return `rounds/${round.idHex}/case-shares`;
}

function documentOf(round: LiveRound, hash: string): string {
  return `${folderOf(round)}/${hash.slice(0, 2)}`;
}
