import { concat, SHA256 } from "../bytes/index.ts";

/** Bytes of a hash in the tree. */
export const HASH_LENGTH = 32;

const NODE_PREFIX = Uint8Array.of(0x01);

/** The root of the tree without entries: SHA-256 of nothing (RFC 9162 §2.1.1). */
export function emptyRoot(): Uint8Array {
  return SHA256(new Uint8Array(0));
}

/** The hash of an entry, `SHA-256(0x00 ‖ entry)`: what the tree holds at its lowest level (RFC 9162 §2.1.1). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + entry.length);
  bytes.set(entry, 1);
  return SHA256(bytes);
}

/** The hash over two subtrees, `SHA-256(0x01 ‖ left ‖ right)` (RFC 9162 §2.1.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  return SHA256(concat(NODE_PREFIX, left, right));
}

/**
 * The Merkle tree hash of leaf hashes that are all in memory (RFC 9162 §2.1.1). `start` and `end` take a part of the
 * list; a part is a subtree of its own.
 */
export function merkleRoot(leafHashes: readonly Uint8Array[], start = 0, end: number = leafHashes.length): Uint8Array {
  if (end === start) return emptyRoot();
  if (end - start === 1) return leafHashes[start] as Uint8Array;
  const middle = start + leftSize(end - start);
  return nodeHash(merkleRoot(leafHashes, start, middle), merkleRoot(leafHashes, middle, end));
}

/** Whether this can be the number of entries of a tree, or an index into it. */
export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** How many of `size` leaves the left subtree holds: the largest power of two below `size`, for `size` ≥ 2. */
export function leftSize(size: number): number {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}
