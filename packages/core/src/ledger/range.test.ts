import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uint } from "../bytes/index.ts";
import { CompactTree, emptyRoot, GrowingTree, inclusionProof, inclusionProofInRange, LedgerReader, leafHash, merkleRoot } from "./index.ts";

const entry = (i: number) => uint(i, 4);
const ALL = Array.from({ length: 800 }, (_, i) => leafHash(entry(i)));

describe("CompactTree", () => {
  it("has the root of the naive tree at every size, also when it was put down and taken up on the way", () => {
    let tree = new CompactTree();
    expect(tree.root()).toEqual(emptyRoot());
    for (const [i, leaf] of ALL.entries()) {
      expect(tree.root()).toEqual(merkleRoot(ALL, 0, i));
      tree.add(leaf);
      if (i % 7 === 0) tree = new CompactTree(tree.state);
      expect(tree.size).toBe(i + 1);
    }
    expect(tree.state.peaks.length).toBe(3); // 800 = 512 + 256 + 32
  });

  it("works beyond 32 bits", () => {
    const tree = new CompactTree({ size: 2 ** 40 + 1, peaks: [ALL[0] as Uint8Array, ALL[1] as Uint8Array] });
    tree.add(ALL[2] as Uint8Array);
    expect(tree.state.peaks).toEqual([ALL[0], merkleRoot(ALL, 1, 3)]);
  });

  it("takes no state that no leaves leave", () => {
    for (const state of [
      { size: 3, peaks: [ALL[0] as Uint8Array] },
      { size: -1, peaks: [] },
      { size: 0.5, peaks: [] },
    ]) {
      expect(() => new CompactTree(state)).toThrow(TypeError);
    }
  });
});

describe("a proof from a range of leaves", () => {
  async function served(size: number) {
    const files = new Map<string, Uint8Array>();
    const fetched: string[] = [];
    const store = {
      read: async (path: string) => {
        fetched.push(path);
        return files.get(path) ?? null;
      },
      write: async (path: string, bytes: Uint8Array) => void files.set(path, bytes),
    };
    const head = await new GrowingTree(store).append(Array.from({ length: size }, (_, i) => entry(i)));
    fetched.length = 0;
    return { fetched, reader: new LedgerReader(store, head), store, head };
  }

  it("is that of the whole tree, wherever the range begins", async () => {
    const sizes = [1, 2, 255, 256, 257, 511, 513, 800];
    const ledgers = new Map(await Promise.all(sizes.map(async (size) => [size, await served(size)] as const)));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sizes), fc.nat(), fc.nat(), async (size, a, b) => {
        const start = a % size;
        const index = start + (b % (size - start));
        const { reader } = ledgers.get(size) as Awaited<ReturnType<typeof served>>;
        const before = await reader.peaks(start);
        const expected = new CompactTree();
        for (const leaf of ALL.slice(0, start)) expected.add(leaf);
        expect(before).toEqual(expected.state.peaks);
        expect(inclusionProofInRange({ start, before, leaves: ALL.slice(start, size) }, index)).toEqual(inclusionProof(ALL, index, size));
      }),
      { numRuns: 300 },
    );
  });

  it("asks for the same files whichever leaf is meant, few of them, and checks each", async () => {
    const { fetched, reader, store, head } = await served(140_000);
    await reader.peaks(139_000);
    expect(fetched.length).toBeLessThanOrEqual(5);
    await expect(reader.peaks(140_001)).rejects.toThrow(TypeError);
    await expect(reader.peaks(-1)).rejects.toThrow(TypeError);
    await expect(reader.peaks(0.5)).rejects.toThrow(TypeError);
    const forged = { read: async (path: string) => (path === "tile/1/001" ? new Uint8Array(8192) : store.read(path)) };
    await expect(new LedgerReader(forged, head).peaks(131_000)).rejects.toMatchObject({ code: "ERR_LEDGER_INCLUSION" });
  });

  it("takes programming mistakes for what they are", () => {
    const range = { start: 2, before: [merkleRoot(ALL, 0, 2)], leaves: ALL.slice(2, 5) };
    expect(inclusionProofInRange(range, 4)).toEqual(inclusionProof(ALL, 4, 5));
    expect(() => inclusionProofInRange(range, 1)).toThrow(TypeError);
    expect(() => inclusionProofInRange(range, 5)).toThrow(TypeError);
    expect(() => inclusionProofInRange({ ...range, before: [] }, 4)).toThrow(TypeError);
  });
});
