import { createHmac } from "node:crypto";
import { concat, equal, type Rng, toHex, uint64 } from "@amana/core/bytes";

const PERIOD = 60_000;
const RANDOM = 16;
const CHECK = 16;

/**
 * One-use nonces for key holders. A nonce carries its own check value under a key that this process alone has, so that asking for
 * nonces fills nothing: only those that a key holder has signed are remembered, for as long as they would pass again.
 */
export class Nonces {
  readonly #key: Uint8Array;
  readonly #rng: Rng;
  readonly #now: () => Date;
  /** Used nonces by the period in which they were made. */
  readonly #used = new Map<number, Set<string>>();

  constructor(rng: Rng, now: () => Date) {
    this.#key = rng(32);
    this.#rng = rng;
    this.#now = now;
  }

  /** A new nonce, 32 bytes, good for one to two minutes. */
  issue(): Uint8Array {
    const random = this.#rng(RANDOM);
    return concat(random, this.#check(random, this.#period()));
  }

  /** In which period a nonce was made; null for one that is not ours, too old, or used. */
  made(nonce: Uint8Array): number | null {
    if (nonce.length !== RANDOM + CHECK) return null;
    const now = this.#period();
    const random = nonce.subarray(0, RANDOM);
    const period = [now, now - 1].find((each) => each >= 0 && equal(this.#check(random, each), nonce.subarray(RANDOM)));
    return period === undefined || this.#used.get(period)?.has(toHex(nonce)) ? null : period;
  }

  /** Marks a nonce as used, after the signature over it has been checked. False if it is no good (any more). */
  use(nonce: Uint8Array): boolean {
    const period = this.made(nonce);
    if (period === null) return false;
    for (const old of this.#used.keys()) if (old < this.#period() - 1) this.#used.delete(old);
    const used = this.#used.get(period) ?? new Set<string>();
    this.#used.set(period, used.add(toHex(nonce)));
    return true;
  }

  #period(): number {
    return Math.max(0, Math.floor(this.#now().getTime() / PERIOD));
  }

  #check(random: Uint8Array, period: number): Uint8Array {
    return createHmac("sha256", this.#key).update(random).update(uint64(period)).digest().subarray(0, CHECK);
  }
}
