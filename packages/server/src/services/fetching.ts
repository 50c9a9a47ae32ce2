import { fromHex, hex, integer, vector } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import type { CaseRecords } from "./case-records.ts";
import { ChannelIndex } from "./channel-index.ts";
import { checkFetch, checkFetchProof, checkWanted } from "./holder.ts";
import { readJson } from "./json.ts";
import type { Nonces } from "./nonces.ts";
import type { LiveRound } from "./round.ts";

/** What a key holder fetched, and what to call when it is no longer held. */
export interface Fetched {
  readonly body: Uint8Array;
  readonly done: () => void;
}

/** Chunks in one answer at most: 4 MiB. */
export const CHUNKS_LIMIT = 64;
const chunksRequest = v.strictObject({
  holder: integer(254),
  nonce: hex(32),
  signature: hex(64),
  chunks: v.pipe(v.array(hex(32)), v.minLength(1), v.maxLength(CHUNKS_LIMIT)),
});

const epoch = integer(2 ** 32 - 1);
const indexRequest = v.strictObject({
  holder: integer(254),
  nonce: hex(32),
  signature: hex(64),
  from: epoch,
  to: v.nullable(epoch),
  after: v.nullable(hex(32)),
});

/** Answers to one key holder that may be held in memory at once: each may be as large as an epoch. */
export const FETCHES_LIMIT = 4;

/** Hands sealed answers to those who hold the round's keys, and to nobody else: a ciphertext that is never public can never be harvested. */
export class Fetching {
  readonly #store: Store;
  readonly #nonces: Nonces;
  readonly #cases: CaseRecords;
  readonly #index: ChannelIndex;
  /** How many answers to each holder are held, `<round>/<holder>`. */
  readonly #held = new Map<string, number>();

  constructor(store: Store, nonces: Nonces, cases: CaseRecords) {
    this.#store = store;
    this.#nonces = nonces;
    this.#cases = cases;
    this.#index = new ChannelIndex(store);
  }

  /** `(leafHash[32] ‖ vector(envelope))*` of one sealed epoch in leaf order, without superseded versions. @throws ERR_ROUND_CANCELLED, ERR_ROUND_CLOSED after the release, ERR_NOT_FOUND, ERR_OVERLOADED, as `checkFetch` */
  async envelopes(round: LiveRound, epoch: number, body: Uint8Array): Promise<Fetched> {
    if (round.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
    if (round.manifest.kind === "reports" || !round.state.epochs.some(({ to }) => to === epoch)) throw new AmanaError("ERR_NOT_FOUND");
    if (round.state.envelopesDestroyed) throw new AmanaError("ERR_ROUND_CLOSED");
    const holder = await checkFetch(round, epoch, body, this.#nonces);
    return this.#holding(round, holder, async () => {
      const parts: Uint8Array[] = [];
      for await (const { leafHash, envelope } of this.#store.epoch(round.idHex, epoch)) {
        if (envelope !== null) parts.push(fromHex(leafHash), vector(envelope));
      }
      return Buffer.concat(parts);
    });
  }

  /**
   * What there is of a reports round, without any of it, a page at a time: a handler fetches what it has not opened yet.
   *
   *     struct { uint32 total;  uint32 count;  { opaque responseKey[32];  uint8 sequence;  opaque leafHash[32]; } messages[count];  opaque records[..][32]; } Index;
   *
   * Messages by leaf hash, sealed or not; on the first page of what came last the SHA-256 of each case record, ascending.
   * @throws ERR_ROUND_CANCELLED, ERR_NOT_FOUND, ERR_OVERLOADED, as `checkFetch`
   */
  async index(round: LiveRound, body: Uint8Array): Promise<Fetched> {
    const { from, to, after, ...proof } = readJson(body, indexRequest);
    const holder = await checkFetchProof(reportsOf(round), 0, proof, this.#nonces);
    return this.#holding(round, holder, async () => {
      const page = await this.#index.page(round, { from, to, after });
      if (to !== null || after !== null) return page;
      return Buffer.concat([page, ...(await this.#cases.hashes(round)).map((hash) => fromHex(hash))]);
    });
  }

  /** Chunks of attachments, in the order in which they are asked for. @throws ERR_ROUND_CANCELLED, ERR_NOT_FOUND, ERR_OVERLOADED, as `checkFetch` */
  async chunks(round: LiveRound, body: Uint8Array): Promise<Fetched> {
    const { chunks, ...proof } = readJson(body, chunksRequest);
    const holder = await checkFetchProof(reportsOf(round), 0, proof, this.#nonces);
    return this.#holding(round, holder, async () => {
      const found: Uint8Array[] = [];
      for (const hash of chunks) {
        const chunk = await this.#store.chunk(round.idHex, hash);
        if (chunk === null) throw new AmanaError("ERR_NOT_FOUND");
        found.push(chunk);
      }
      return Buffer.concat(found);
    });
  }

  /** `vector(submission)*` of the messages with these leaf hashes, sorted by leaf hash. @throws as `index`, `checkWanted` */
  async reports(round: LiveRound, body: Uint8Array): Promise<Fetched> {
    const { holder, wanted } = await checkWanted(reportsOf(round), body, this.#nonces);
    return this.#holding(round, holder, async () => {
      const records = await this.#store.records(round.idHex, new Set(wanted));
      return Buffer.concat(records.flatMap(({ envelope }) => (envelope === null ? [] : [vector(envelope)])));
    });
  }

  /** `vector(record)*` of the case records with these SHA-256, sorted by them. @throws as `index`, `checkWanted` */
  async cases(round: LiveRound, body: Uint8Array): Promise<Fetched> {
    const { holder, wanted } = await checkWanted(reportsOf(round), body, this.#nonces);
    return this.#holding(round, holder, async () => Buffer.concat((await this.#cases.read(round, wanted)).map(vector)));
  }

  /** A holder that does not read what it asked for is told to come again, and fills nothing. */
  async #holding(round: LiveRound, holder: number, read: () => Promise<Uint8Array>): Promise<Fetched> {
    const who = `${round.idHex}/${holder}`;
    const count = this.#held.get(who) ?? 0;
    if (count >= FETCHES_LIMIT) throw new AmanaError("ERR_OVERLOADED", { retryAfter: 10 });
    this.#held.set(who, count + 1);
    const done = (): void => void this.#held.set(who, (this.#held.get(who) ?? 1) - 1);
    try {
      return { body: await read(), done };
    } catch (error) {
      done();
      throw error;
    }
  }
}

function reportsOf(round: LiveRound): LiveRound {
  if (round.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
  if (round.manifest.kind !== "reports") throw new AmanaError("ERR_NOT_FOUND");
  if (round.state.envelopesDestroyed) throw new AmanaError("ERR_ROUND_CLOSED");
  return round;
}
