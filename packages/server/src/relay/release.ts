import type { Rng } from "@amana/core/bytes";
import type { Shelf } from "./shelf.ts";

/** Gives one request to the gateway. True when the gateway has it or will never take it; false when it must be sent again. */
export type Deliver = (request: Uint8Array) => Promise<boolean>;

/** A random order: each of the n! alike. `rng` is the CSPRNG, or a test's. */
export type Shuffle = <T>(items: readonly T[], rng: Rng) => T[];

/** Fisher and Yates, with numbers that are drawn again where a remainder would favour some. */
export const shuffled: Shuffle = (items, rng) => {
  const out = [...items];
  for (let last = out.length - 1; last > 0; last--) {
    const at = below(last + 1, rng);
    [out[last], out[at]] = [out[at] as (typeof out)[number], out[last] as (typeof out)[number]];
  }
  return out;
};

function below(bound: number, rng: Rng): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const value = rng(4).reduce((sum, byte) => sum * 256 + byte, 0);
    if (value < limit) return value % bound;
  }
}

/** How many requests are on their way to the gateway at once. */
const AT_ONCE = 4;

/**
 * Gives everything that is due to the gateway, in a random order, and forgets the bytes of what it has. After a crash in the middle all of
 * it is sent again, in another order: the gateway gives the same promise. @returns how many are left, to be tried again
 */
export async function releaseDue(shelf: Shelf, deliver: Deliver, rng: Rng, shuffle: Shuffle = shuffled): Promise<number> {
  const queue = shuffle(shelf.due(), rng);
  const total = queue.length;
  const given = new Map<string, string>();
  const worker = async (): Promise<void> => {
    for (let slot = queue.pop(); slot !== undefined; slot = queue.pop()) {
      const held = await shelf.request(slot);
      if (held !== null && (await deliver(held.bytes))) given.set(slot, held.requestHash);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  if (given.size > 0) await shelf.given(given);
  return total - given.size;
}
