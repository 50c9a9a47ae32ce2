import { equal } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { emptyRoot, HASH_LENGTH, isSize, nodeHash } from "./tree.ts";

/** What {@link verifyInclusion} checks. Everything but `root` and `size`, which a checked checkpoint gave, may be attacker-controlled. */
export interface InclusionClaim {
  /** The leaf *hash*, 32 bytes: `leafHash(entry)`. */
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  /** Sibling hashes of 32 bytes, lowest first. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Checks that a leaf is at `index` of the tree (RFC 9162 §2.1.3.2). @throws ERR_LEDGER_INCLUSION */
export function verifyInclusion({ leaf, index, size, proof, root }: InclusionClaim): void {
  if (!includes({ leaf, index, size, proof, root })) throw new AmanaError("ERR_LEDGER_INCLUSION");
}

function includes({ leaf, index, size, proof, root }: InclusionClaim): boolean {
  // 1. The index is below the size; every hash has the one length.
  if (!isSize(index) || !isSize(size) || index >= size || ![leaf, ...proof].every(isHash)) return false;
  // 2. fn is the position on the way up, sn that of the last node of the level.
  let fn = index;
  let sn = size - 1;
  // 3. and 4. Hash with one sibling after the other.
  let hash = leaf;
  for (const sibling of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash);
      [fn, sn] = climb(fn, sn);
    } else {
      hash = nodeHash(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  // 5. That ends at the root, and there.
  return sn === 0 && equal(hash, root);
}

/** What {@link verifyConsistency} checks: `old*` is what was seen before, `new*` and `proof` what a server says now. */
export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Checks that the old tree is a prefix of the new one (RFC 9162 §2.1.4.2). Every tree continues the empty one; that proves
 * nothing about the new root. @throws ERR_LEDGER_CONSISTENCY
 */
export function verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): void {
  if (!continues({ oldSize, oldRoot, newSize, newRoot, proof })) throw new AmanaError("ERR_LEDGER_CONSISTENCY");
}

function continues({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false;
  // 0. Without growth the roots are the same; from nothing, everything follows.
  if (oldSize === newSize) return proof.length === 0 && equal(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && equal(oldRoot, emptyRoot()) && isHash(newRoot);
  // 1. and 2. A proof has something in it; a complete old tree is its own first hash.
  if (proof.length === 0 || ![oldRoot, newRoot, ...proof].every(isHash)) return false;
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  // 3. and 4. Start at the last subtree that both trees have whole.
  let fn = oldSize - 1;
  let sn = newSize - 1;
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  // 5. and 6. Build both roots from the same hashes.
  let oldHash = first as Uint8Array;
  let newHash = oldHash;
  for (const sibling of rest) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      [fn, sn] = climb(fn, sn);
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  // 7. Both are the roots that were claimed.
  return sn === 0 && equal(oldHash, oldRoot) && equal(newHash, newRoot);
}

/** A node without a right sibling moves up unhashed until it is a right child, or the root. */
function climb(fn: number, sn: number): [number, number] {
  let [position, last] = [fn, sn];
  while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
  return [position, last];
}

/** Sizes may be above 2^32, where `>>` would cut them. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  let odd = value;
  while (odd % 2 === 0) odd = half(odd);
  return odd === 1;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_LENGTH;
}
