import { fromHex, vector } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { EpochRecord, Store } from "../stores/store.ts";
import { checkFetch } from "./holder.ts";
import type { Nonces } from "./nonces.ts";
import type { LiveRound } from "./round.ts";

/** What a key holder fetched, and what to call when it is no longer held. */
export interface Fetched {
  readonly body: Uint8Array;
  readonly done: () => void;
}

/** Answers to one key holder that may be held in memory at once: each may be as large as an epoch. */
export const FETCHES_LIMIT = 4;

/** Hands sealed answers to those who hold the round's keys, and to nobody else: a ciphertext that is never public can never be harvested. */
export class Fetching {
  readonly #store: Store;
  readonly #nonces: Nonces;
  /** How many answers to each holder are held, `<round>/<holder>`. */
  readonly #held = new Map<string, number>();

  constructor(store: Store, nonces: Nonces) {
    this.#store = store;
    this.#nonces = nonces;
  }

  /** `(leafHash[32] ‖ vector(envelope))*` of one sealed epoch in leaf order, without superseded versions. @throws ERR_ROUND_CANCELLED, ERR_NOT_FOUND, ERR_OVERLOADED, as `checkFetch` */
  async envelopes(round: LiveRound, epoch: number, body: Uint8Array): Promise<Fetched> {
    if (round.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
    if (round.manifest.kind === "reports" || !round.state.epochs.some(({ to }) => to === epoch)) throw new AmanaError("ERR_NOT_FOUND");
    const holder = checkFetch(round, epoch, body, this.#nonces);
    return this.#holding(round, holder, async () => {
      const parts: Uint8Array[] = [];
      for await (const { leafHash, envelope } of this.#store.epoch(round.idHex, epoch)) {
        if (envelope !== null) parts.push(fromHex(leafHash), vector(envelope));
      }
      return Buffer.concat(parts);
    });
  }

  /** `vector(submission)*` of every message of a reports round, waiting and sealed, sorted by leaf hash. @throws ERR_ROUND_CANCELLED, ERR_NOT_FOUND, ERR_OVERLOADED, as `checkFetch` */
  async reports(round: LiveRound, body: Uint8Array): Promise<Fetched> {
    if (round.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
    if (round.manifest.kind !== "reports") throw new AmanaError("ERR_NOT_FOUND");
    const holder = checkFetch(round, 0, body, this.#nonces);
    return this.#holding(round, holder, () => this.#allReports(round));
  }

  async #allReports(round: LiveRound): Promise<Uint8Array> {
    const all = new Map<string, EpochRecord>();
    for (const record of await this.#store.allPending(round.idHex)) all.set(record.leafHash, record);
    for (const { to } of round.state.epochs) {
      for await (const record of this.#store.epoch(round.idHex, to)) all.set(record.leafHash, record);
    }
    const sorted = [...all.values()].sort((a, b) => (a.leafHash < b.leafHash ? -1 : 1));
    return Buffer.concat(sorted.flatMap(({ envelope }) => (envelope === null ? [] : [vector(envelope)])));
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
