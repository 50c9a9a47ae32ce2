import { createHmac } from "node:crypto";
import { concat, equal, type Rng, toHex, uint64 } from "@amana/core/bytes";
import type { Store } from "../stores/store.ts";

const PERIOD = 60_000;
const RANDOM = 16;
const CHECK = 16;

export interface NoncesOptions {
  /** 32 bytes that every process of this server has, and nobody else: `Store.sharedKey`. */
  readonly key: Uint8Array;
  /** Where it is remembered what was used. */
  readonly store: Pick<Store, "useOnce">;
  readonly rng: Rng;
  readonly now: () => Date;
}

/**
 * One-use nonces for key holders. A nonce carries its own check value under a key that this server alone has, so that asking for
 * nonces fills nothing: only those that a key holder has signed are remembered, for as long as they would pass again.
 */
export class Nonces {
  readonly #key: Uint8Array;
  readonly #rng: Rng;
  readonly #now: () => Date;
  readonly #store: Pick<Store, "useOnce">;

  constructor({ key, store, rng, now }: NoncesOptions) {
    this.#key = key;
    this.#store = store;
    this.#rng = rng;
    this.#now = now;
  }

  /** A new nonce, 32 bytes, good for one to two minutes. */
  issue(): Uint8Array {
    const random = this.#rng(RANDOM);
    return concat(random, this.#check(random, this.#period()));
  }

  /** In which period a nonce was made; null for one that is not ours, or too old. */
  made(nonce: Uint8Array): number | null {
    if (nonce.length !== RANDOM + CHECK) return null;
    const now = this.#period();
    const random = nonce.subarray(0, RANDOM);
    return [now, now - 1].find((each) => each >= 0 && equal(this.#check(random, each), nonce.subarray(RANDOM))) ?? null;
  }

  /** Marks a nonce as used, after the signature over it has been checked. False if it is no good (any more). */
  async use(nonce: Uint8Array): Promise<boolean> {
    const period = this.made(nonce);
    if (period === null) return false;
    const times = { now: this.#now().getTime() / 1000, until: ((period + 2) * PERIOD) / 1000 };
    return this.#store.useOnce(`nonce ${toHex(nonce)}`, times);
  }

  #period(): number {
    return Math.max(0, Math.floor(this.#now().getTime() / PERIOD));
  }

  #check(random: Uint8Array, period: number): Uint8Array {
    return createHmac("sha256", this.#key).update(random).update(uint64(period)).digest().subarray(0, CHECK);
  }
}
