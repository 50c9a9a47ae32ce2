import { fromHex, KDF, type Rng, TAGS, uint } from "@amana/core/bytes";
import type { HolderKeys } from "../wire/holder.ts";

/**
 * The seeds that one trustee's reveals of one attempt are sealed with, from its round key. A reveal that was interrupted is made again with
 * the same bytes: the server takes one for each opener, and would refuse another. The key that gives them could open the
 * same shares, and the context of every envelope names its receiver. The logged commitment goes in, as a server that shows two ledgers
 * must not get two lists sealed under one key.
 */
export function revealRandomness(keys: HolderKeys, manifestId: Uint8Array, attempt: number, commitment: string): Rng {
  let drawn = 0;
  return (length) =>
    KDF(keys.kem.seed, manifestId, TAGS.revealRandomness, [uint(attempt, 1), fromHex(commitment), uint(drawn++, 1)], length);
}
