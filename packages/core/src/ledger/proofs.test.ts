import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uint } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import {
  type ConsistencyClaim,
  consistencyProof,
  emptyRoot,
  type InclusionClaim,
  inclusionProof,
  leafHash,
  merkleRoot,
  verifyConsistency,
  verifyInclusion,
} from "./index.ts";

interface Vectors {
  inclusion: {
    file: string;
    leafIdx: number;
    treeSize: number;
    root: string;
    leafHash: string;
    proof: string[] | null;
    wantErr: boolean;
  }[];
  consistency: { file: string; size1: number; size2: number; root1: string; root2: string; proof: string[] | null; wantErr: boolean }[];
}
const vectors = JSON.parse(readFileSync(new URL("./vectors/merkle.json", import.meta.url), "utf8")) as Vectors;
const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

/** What a check says: null, or the code that it throws. */
function verdict(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return error.code;
  }
}

const LEAVES = Array.from({ length: 600 }, (_, i) => leafHash(uint(i, 4)));
const ROOTS = LEAVES.map((_, i) => merkleRoot(LEAVES, 0, i));
const root = (size: number) => ROOTS[size] ?? merkleRoot(LEAVES, 0, size);
const inclusion = (index: number, size: number): InclusionClaim => ({
  leaf: LEAVES[index] as Uint8Array,
  index,
  size,
  proof: inclusionProof(LEAVES, index, size),
  root: root(size),
});
const consistency = (oldSize: number, newSize: number): ConsistencyClaim => ({
  oldSize,
  oldRoot: root(oldSize),
  newSize,
  newRoot: root(newSize),
  proof: consistencyProof(LEAVES, oldSize, newSize),
});
const flip = (hash: Uint8Array, bit: number) => hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
/** Every way to get a proof wrong: a bit, one less, one more, in another order. */
const mangled = (proof: readonly Uint8Array[], bit: number): Uint8Array[][] => [
  ...proof.map((_, i) => proof.map((hash, j) => (i === j ? flip(hash, bit) : hash))),
  ...proof.map((_, i) => proof.filter((_, j) => i !== j)),
  ...[...proof, null].map((_, i) => [...proof.slice(0, i), new Uint8Array(32), ...proof.slice(i)]),
  ...[...proof, null].map((_, i) => [...proof.slice(0, i), new Uint8Array(0), ...proof.slice(i)]),
  ...proof.slice(1).map((_, i) => [...proof.slice(0, i), proof[i + 1] as Uint8Array, proof[i] as Uint8Array, ...proof.slice(i + 2)]),
];

describe("RFC 9162 §2.1.3 inclusion proofs", () => {
  it.each(vectors.inclusion)("decides as transparency-dev/merkle does: $file", ({ leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
    const claim = { index: leafIdx, size: treeSize, root: bytes(root), leaf: bytes(leafHash), proof: (proof ?? []).map(bytes) };
    expect(verdict(() => verifyInclusion(claim))).toBe(wantErr ? "ERR_LEDGER_INCLUSION" : null);
  });

  it("verify for every leaf of every tree up to 66 leaves", () => {
    for (let size = 1; size <= 66; size++) for (let index = 0; index < size; index++) verifyInclusion(inclusion(index, size));
  });

  it("fail after every mutation", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(), fc.nat(255), (size, seed, bit) => {
        const claim = inclusion(seed % size, size);
        verifyInclusion(claim);
        const wrong: InclusionClaim[] = [
          ...mangled(claim.proof, bit).map((proof) => ({ ...claim, proof })),
          { ...claim, leaf: flip(claim.leaf, bit) },
          { ...claim, leaf: claim.leaf.subarray(1) },
          { ...claim, root: flip(claim.root, bit) },
          { ...claim, index: size },
          { ...claim, index: -1 },
          { ...claim, index: claim.index + 0.5 },
          { ...claim, size: Number.NaN },
          { ...claim, size: 0 },
        ];
        for (const one of wrong) expect(verdict(() => verifyInclusion(one))).toBe("ERR_LEDGER_INCLUSION");
        const elsewhere = bit % size;
        if (elsewhere !== claim.index) expect(verdict(() => verifyInclusion({ ...claim, index: elsewhere }))).toBe("ERR_LEDGER_INCLUSION");
      }),
      { numRuns: 60 },
    );
  });

  it("work for trees beyond 32 bits", () => {
    // A tree of 2^40 + 1 leaves whose left half is a given hash: the proof of the last leaf is that hash alone.
    const size = 2 ** 40 + 1;
    const [left, leaf] = [LEAVES[0] as Uint8Array, LEAVES[1] as Uint8Array];
    verifyInclusion({ leaf, index: size - 1, size, proof: [left], root: merkleRoot([left, leaf]) });
    expect(verdict(() => verifyInclusion({ leaf, index: 0, size, proof: [left], root: merkleRoot([left, leaf]) }))).not.toBeNull();
  });

  it("refuse to prove what is not there", () => {
    expect(() => inclusionProof(LEAVES, 3, 3)).toThrow(TypeError);
    expect(() => inclusionProof(LEAVES, -1, 3)).toThrow(TypeError);
    expect(() => inclusionProof(LEAVES, 0, 1.5)).toThrow(TypeError);
    expect(() => inclusionProof(LEAVES, 0, 601)).toThrow(TypeError);
  });
});

describe("RFC 9162 §2.1.4 consistency proofs", () => {
  it.each(vectors.consistency)("decide as transparency-dev/merkle does: $file", ({ size1, size2, root1, root2, proof, wantErr }) => {
    const claim = { oldSize: size1, newSize: size2, oldRoot: bytes(root1), newRoot: bytes(root2), proof: (proof ?? []).map(bytes) };
    expect(verdict(() => verifyConsistency(claim))).toBe(wantErr ? "ERR_LEDGER_CONSISTENCY" : null);
  });

  it("verify between all sizes up to 66", () => {
    for (let newSize = 0; newSize <= 66; newSize++) for (let old = 0; old <= newSize; old++) verifyConsistency(consistency(old, newSize));
  });

  it("fail after every mutation", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 600 }), fc.nat(), fc.nat(255), (newSize, seed, bit) => {
        const claim = consistency(1 + (seed % (newSize - 1)), newSize);
        verifyConsistency(claim);
        const wrong: ConsistencyClaim[] = [
          ...mangled(claim.proof, bit).map((proof) => ({ ...claim, proof })),
          { ...claim, oldRoot: flip(claim.oldRoot, bit) },
          { ...claim, newRoot: flip(claim.newRoot, bit) },
          { ...claim, oldRoot: claim.newRoot, newRoot: claim.oldRoot },
          { ...claim, oldSize: newSize, newSize: claim.oldSize },
          { ...claim, oldSize: claim.oldSize + 0.5 },
          { ...claim, newSize: Number.POSITIVE_INFINITY },
          { ...claim, newSize: claim.oldSize },
          { ...claim, oldSize: newSize },
          { ...claim, oldSize: 0 },
          { ...claim, proof: [] },
        ];
        for (const one of wrong) expect(verdict(() => verifyConsistency(one))).toBe("ERR_LEDGER_CONSISTENCY");
      }),
      { numRuns: 60 },
    );
  });

  it("have nothing to say from the empty tree, whose root is fixed", () => {
    const claim = consistency(0, 5);
    expect(claim.proof).toEqual([]);
    verifyConsistency(claim);
    expect(verdict(() => verifyConsistency({ ...claim, oldRoot: root(1) }))).toBe("ERR_LEDGER_CONSISTENCY");
    expect(verdict(() => verifyConsistency({ ...claim, newRoot: emptyRoot().subarray(1) }))).toBe("ERR_LEDGER_CONSISTENCY");
  });

  it("refuse to prove what is not there", () => {
    expect(() => consistencyProof(LEAVES, 4, 3)).toThrow(TypeError);
    expect(() => consistencyProof(LEAVES, -1, 3)).toThrow(TypeError);
    expect(() => consistencyProof(LEAVES, 0, Number.NaN)).toThrow(TypeError);
    expect(() => consistencyProof(LEAVES, 0, 601)).toThrow(TypeError);
    expect(consistencyProof(LEAVES, 600)).toEqual([]);
    expect(inclusionProof(LEAVES, 0)).toHaveLength(10);
  });
});
