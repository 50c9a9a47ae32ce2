import { fromHex, vector } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { EpochRecord, Store } from "../stores/store.ts";
import { checkFetch } from "./holder.ts";
import type { Nonces } from "./nonces.ts";
import type { LiveRound } from "./round.ts";

/** Hands sealed answers to those who hold the round's keys, and to nobody else: a ciphertext that is never public can never be harvested. */
export class Fetching {
  readonly #store: Store;
  readonly #nonces: Nonces;

  constructor(store: Store, nonces: Nonces) {
    this.#store = store;
    this.#nonces = nonces;
  }

  /** `(leafHash[32] ‖ vector(envelope))*` of one sealed epoch in leaf order, without superseded versions. @throws ERR_NOT_FOUND, as `checkFetch` */
  async envelopes(round: LiveRound, epoch: number, body: Uint8Array): Promise<Uint8Array> {
    if (round.manifest.kind === "reports" || !round.state.epochs.some(({ to }) => to === epoch)) throw new AmanaError("ERR_NOT_FOUND");
    checkFetch(round, epoch, body, this.#nonces);
    const parts: Uint8Array[] = [];
    for await (const { leafHash, envelope } of this.#store.epoch(round.idHex, epoch)) {
      if (envelope !== null) parts.push(fromHex(leafHash), vector(envelope));
    }
    return Buffer.concat(parts);
  }

  /** `vector(submission)*` of every message of a reports round, waiting and sealed, sorted by leaf hash. @throws ERR_NOT_FOUND, as `checkFetch` */
  async reports(round: LiveRound, body: Uint8Array): Promise<Uint8Array> {
    if (round.manifest.kind !== "reports") throw new AmanaError("ERR_NOT_FOUND");
    checkFetch(round, 0, body, this.#nonces);
    const all = new Map<string, EpochRecord>();
    for (const record of await this.#store.allPending(round.idHex)) all.set(record.leafHash, record);
    for (const { to } of round.state.epochs) {
      for await (const record of this.#store.epoch(round.idHex, to)) all.set(record.leafHash, record);
    }
    const sorted = [...all.values()].sort((a, b) => (a.leafHash < b.leafHash ? -1 : 1));
    return Buffer.concat(sorted.flatMap(({ envelope }) => (envelope === null ? [] : [vector(envelope)])));
  }
}
