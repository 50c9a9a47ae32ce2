import { peakSizes } from "./compact.ts";
import { inclusionSubtrees, type Subtree } from "./proofs.ts";
import { leftSize, merkleRoot, nodeHash } from "./tree.ts";

/** All leaves of a tree from `start` to its end, and what stands before them as {@link CompactState} keeps it. */
export interface LeafRange {
  readonly start: number;
  /** The peaks of the first `start` leaves, the largest first (`LedgerReader.peaks`). */
  readonly before: readonly Uint8Array[];
  readonly leaves: readonly Uint8Array[];
}

/**
 * The inclusion proof of a leaf of the range, for `verifyInclusion`. A client that looks for its own leaf fetches a range that is the same for
 * everyone and makes the proof itself: asking for the hashes of one proof would tell which leaf is meant. The result is as right as the
 * hashes it was made of: verify it. @throws TypeError for an index outside the range, or a range that cannot be
 */
export function inclusionProofInRange(range: LeafRange, index: number): Uint8Array[] {
  const { start, before, leaves } = range;
  const sizes = peakSizes(start);
  if (index < start || sizes.length !== before.length) throw new TypeError("not a leaf of this range");
  const peaks = new Map<number, Uint8Array>();
  let at = 0;
  for (const [i, size] of sizes.entries()) {
    peaks.set(at, before[i] as Uint8Array);
    at += size;
  }
  return inclusionSubtrees(index, start + leaves.length).map((subtree) => hashOf(range, peaks, subtree));
}

/** On the way from a leaf of the range to the root, what lies wholly before the range is one of its peaks. */
function hashOf(range: LeafRange, peaks: ReadonlyMap<number, Uint8Array>, { start, end }: Subtree): Uint8Array {
  if (start >= range.start) return merkleRoot(range.leaves, start - range.start, end - range.start);
  if (end <= range.start) return peaks.get(start) as Uint8Array;
  const middle = start + leftSize(end - start);
  return nodeHash(hashOf(range, peaks, { start, end: middle }), hashOf(range, peaks, { start: middle, end }));
}
