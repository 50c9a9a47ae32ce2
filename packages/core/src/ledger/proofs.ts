import { isSize, leftSize, merkleRoot } from "./tree.ts";

/** The leaves `start` to `end` (exclusive) of a tree: a subtree whose hash is part of a proof. */
export interface Subtree {
  readonly start: number;
  readonly end: number;
}

/**
 * Which subtrees an inclusion proof is made of, from the leaf's sibling up (RFC 9162 §2.1.3.1).
 * @throws TypeError unless index < size
 */
export function inclusionSubtrees(index: number, size: number): Subtree[] {
  if (!isSize(index) || !isSize(size) || index >= size) throw new TypeError("no such leaf in a tree of this size");
  const subtrees: Subtree[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + leftSize(end - start);
    if (index < middle) {
      subtrees.push({ start: middle, end });
      end = middle;
    } else {
      subtrees.push({ start, end: middle });
      start = middle;
    }
  }
  return subtrees.reverse();
}

/**
 * Which subtrees a consistency proof is made of (RFC 9162 §2.1.4.1). Nothing has to be proven from an empty tree or
 * between equal sizes: then there are none.
 * @throws TypeError unless oldSize ≤ newSize
 */
export function consistencySubtrees(oldSize: number, newSize: number): Subtree[] {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) throw new TypeError("the old size is larger than the new one");
  if (oldSize === 0) return [];
  const subtrees: Subtree[] = [];
  let start = 0;
  let end = newSize;
  while (end !== oldSize) {
    const middle = start + leftSize(end - start);
    if (oldSize <= middle) {
      subtrees.push({ start: middle, end });
      end = middle;
    } else {
      subtrees.push({ start, end: middle });
      start = middle;
    }
  }
  // The verifier knows the old root; it lacks the last subtree only where that is not the whole old tree.
  if (start !== 0) subtrees.push({ start, end });
  return subtrees.reverse();
}

/** The proof that leaf `index` is in the tree of the first `size` leaves. Hashes of 32 bytes, lowest first (RFC 9162 §2.1.3.1). */
export function inclusionProof(leafHashes: readonly Uint8Array[], index: number, size: number = leafHashes.length): Uint8Array[] {
  checkHeld(leafHashes, size);
  return inclusionSubtrees(index, size).map(({ start, end }) => merkleRoot(leafHashes, start, end));
}

/** The proof that the tree of the first `oldSize` leaves is a prefix of that of the first `newSize` (RFC 9162 §2.1.4.1). */
export function consistencyProof(leafHashes: readonly Uint8Array[], oldSize: number, newSize: number = leafHashes.length): Uint8Array[] {
  checkHeld(leafHashes, newSize);
  return consistencySubtrees(oldSize, newSize).map(({ start, end }) => merkleRoot(leafHashes, start, end));
}

function checkHeld(leafHashes: readonly Uint8Array[], size: number): void {
  if (size > leafHashes.length) throw new TypeError("there are fewer leaves than that");
}
