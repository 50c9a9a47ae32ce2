import { type Draw, encodeDraws } from "./draws.ts";

/** Among at least so many people a person stays who fetches one list and not all. */
export const SMALLEST_LIST = 4096;

/** A blinded hash's list among `2^bits`: its leading bits, as a number. */
export function listOf(blindedHash: Uint8Array, bits: number): number {
  const [a = 0, b = 0] = blindedHash;
  return ((a << 8) | b) >> (16 - bits);
}

/**
 * The draws of one issuer as the lists that it logs: one, or, where everybody can still be among enough, 2^b by the leading b bits of the
 * blinded hash, in that order. Whoever answers fetches one list at each issuer of their audience, so b such lists of `issuers` issuers must
 * leave, on average, at least {@link SMALLEST_LIST}: then b is the largest with SMALLEST_LIST · 2^(b·(issuers−1)) draws in every list.
 */
export function drawLists(draws: readonly Draw[], issuers: number): Uint8Array[] {
  let lists: readonly (readonly Draw[])[] = [draws];
  for (let bits = 1; bits <= 16; bits++) {
    const finer: Draw[][] = Array.from({ length: 2 ** bits }, () => []);
    for (const draw of draws) (finer[listOf(draw.blindedHash, bits)] as Draw[]).push(draw);
    if (finer.some(({ length }) => length < SMALLEST_LIST * 2 ** (bits * (issuers - 1)))) break;
    lists = finer;
  }
  return lists.map(encodeDraws);
}

/**
 * How many leading bits choose a list among those that one issuer has logged, from their counts in ledger order: 0 where all of them are
 * to be fetched. Lists that are smaller hold what was added after an objection; everybody fetches those.
 */
export function listBits(counts: readonly number[]): number {
  const bits = Math.log2(counts.filter((count) => count >= SMALLEST_LIST).length);
  return Number.isInteger(bits) && bits <= 16 ? bits : 0;
}
