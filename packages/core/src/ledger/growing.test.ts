import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uint } from "../bytes/index.ts";
import {
  consistencyProof,
  decodeEntryBundle,
  emptyRoot,
  entriesPath,
  GrowingTree,
  inclusionProof,
  leafHash,
  MAX_ENTRY,
  merkleRoot,
  type TileStore,
  tilePath,
  tilesOf,
  verifyConsistency,
  verifyInclusion,
} from "./index.ts";

/** A store in memory that lists what was asked of it. */
class Memory implements TileStore {
  readonly files = new Map<string, Uint8Array>();
  reads: string[] = [];
  writes: string[] = [];
  /** How many more writes succeed. */
  left = Number.POSITIVE_INFINITY;

  async read(path: string): Promise<Uint8Array | null> {
    this.reads.push(path);
    return this.files.get(path) ?? null;
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    if (this.left-- <= 0) throw new Error("disk full");
    this.writes.push(path);
    this.files.set(path, bytes);
  }
}

const entry = (i: number) => uint(i, 4);
const entries = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => entry(from + i));
const ALL = entries(0, 1000).map(leafHash);

/** Grows in steps and gives the store and tree. */
async function grown(...sizes: number[]) {
  const store = new Memory();
  const tree = new GrowingTree(store);
  for (const size of sizes) await tree.append(entries(tree.size, size));
  return { store, tree };
}

describe("GrowingTree", () => {
  it("has the root of the naive tree at every step, however it is cut into appends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 5 }), fc.nat(), async (steps, seed) => {
        const { store, tree } = await grown();
        const sizes: number[] = [];
        for (const step of steps.map((count) => Math.min(count, 1000 - tree.size))) {
          const head = await tree.append(entries(tree.size, Math.min(1000, tree.size + step)));
          expect(head).toEqual({ size: tree.size, root: merkleRoot(ALL, 0, tree.size) });
          sizes.push(tree.size);
        }
        const { size } = tree;
        // A process that has just opened the tree sees the same, of every earlier size too.
        const opened = new GrowingTree(store, size);
        for (const old of [...sizes, seed % (size + 1)]) {
          expect(await opened.root(old)).toEqual(merkleRoot(ALL, 0, old));
          const proof = await opened.consistencyProof(old);
          expect(proof).toEqual(consistencyProof(ALL, old, size));
          verifyConsistency({ oldSize: old, oldRoot: merkleRoot(ALL, 0, old), newSize: size, newRoot: await opened.root(), proof });
          if (old === 0) continue;
          const index = seed % old;
          expect(await opened.inclusionProof(index, old)).toEqual(inclusionProof(ALL, index, old));
        }
        // Every tile and bundle of the present tree is there, with the right content.
        for (const { level, index, width } of tilesOf(size)) {
          expect(store.files.has(tilePath(level, index, width))).toBe(true);
          if (level > 0) continue;
          const bundle = decodeEntryBundle(store.files.get(entriesPath(index, width)) as Uint8Array, width);
          expect(bundle).toEqual(entries(index * 256, index * 256 + width));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("starts empty and does nothing for nothing", async () => {
    const { store, tree } = await grown();
    expect(await tree.append([])).toEqual({ size: 0, root: emptyRoot() });
    expect(store.writes).toEqual([]);
    expect(await tree.consistencyProof(0)).toEqual([]);
  });

  it("writes the bundle first, then the tiles that changed, and a full tile into the level above", async () => {
    const { store, tree } = await grown(255);
    store.writes = [];
    await tree.append(entries(255, 256));
    expect(store.writes).toEqual(["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    store.writes = [];
    await tree.append(entries(256, 258));
    expect(store.writes).toEqual(["tile/entries/001.p/2", "tile/0/001.p/2"]);
  });

  it("appends one entry to 100,000 with two small writes and five reads", async () => {
    const { store, tree } = await grown(100_000);
    [store.reads, store.writes] = [[], []];
    const { size, root } = await tree.append([entry(100_000)]);
    expect(store.writes).toEqual(["tile/entries/390.p/161", "tile/0/390.p/161"]);
    expect(store.reads).toEqual(["tile/entries/390.p/160", "tile/0/390.p/160", "tile/2/000.p/1", "tile/1/001.p/134", "tile/0/390.p/161"]);
    store.reads = [];
    const proof = await tree.inclusionProof(12_345);
    expect(store.reads.length).toBeLessThanOrEqual(6);
    verifyInclusion({ leaf: leafHash(entry(12_345)), index: 12_345, size, proof, root });
    store.reads = [];
    await tree.consistencyProof(54_321);
    expect(store.reads.length).toBeLessThanOrEqual(6);
  });

  it("costs what is new, whatever was there: sealing 300 entries and proving one take as many files at 1,000 as at 100,000", async () => {
    const costs = [];
    for (const before of [1000, 100_000]) {
      const { store, tree } = await grown(before);
      [store.reads, store.writes] = [[], []];
      const head = await tree.append(entries(before, before + 300));
      const seal = { reads: store.reads.length, writes: store.writes.length };
      store.reads = [];
      const proof = await tree.inclusionProof(before + 7);
      const included = { reads: store.reads.length, hashes: proof.length };
      verifyInclusion({ leaf: leafHash(entry(before + 7)), index: before + 7, size: head.size, proof, root: head.root });
      store.reads = [];
      const consistency = await tree.consistencyProof(before);
      costs.push({ seal, included, consistent: { reads: store.reads.length, hashes: consistency.length } });
    }
    for (const { seal, included, consistent } of costs) {
      // Of each level: the last bundle and tile before, and what 300 entries fill.
      expect(seal.reads).toBeLessThanOrEqual(3 * 2 + 2);
      expect(seal.writes).toBeLessThanOrEqual(2 * 3 + 2);
      expect([included.reads <= 6, included.hashes <= 17]).toEqual([true, true]);
      expect([consistent.reads <= 6, consistent.hashes <= 18]).toEqual([true, true]);
    }
  });

  it("keeps the size of the last append that succeeded; a later one overwrites what a failed one left", async () => {
    for (let left = 0; left < 5; left++) {
      const { store, tree } = await grown(250);
      store.left = left;
      await expect(tree.append(Array.from({ length: 10 }, () => entry(666)))).rejects.toThrow("disk full");
      expect(tree.size).toBe(250);
      expect(await tree.root()).toEqual(merkleRoot(ALL, 0, 250));
      store.left = Number.POSITIVE_INFINITY;
      expect((await tree.append(entries(250, 260))).root).toEqual(merkleRoot(ALL, 0, 260));
    }
  });

  it("finds the partial tiles that were deleted inside the full ones", async () => {
    const { store } = await grown(100, 300);
    for (const path of store.files.keys()) if (path.includes("000.p")) store.files.delete(path);
    const tree = new GrowingTree(store, 100);
    expect((await tree.append(entries(100, 101))).root).toEqual(merkleRoot(ALL, 0, 101));
  });

  it("names a damaged store", async () => {
    const lost = await grown(300);
    lost.store.files.delete("tile/0/001.p/44");
    await expect(lost.tree.append([entry(300)])).rejects.toMatchObject({ code: "ERR_LEDGER_MISSING" });
    lost.store.files.delete("tile/entries/001.p/44");
    await expect(lost.tree.append([entry(300)])).rejects.toMatchObject({ code: "ERR_LEDGER_MISSING" });
    const gone = await grown(300);
    gone.store.files.delete("tile/0/000");
    await expect(gone.tree.inclusionProof(5)).rejects.toMatchObject({ code: "ERR_LEDGER_MISSING" });
    const torn = await grown(300);
    torn.store.files.set("tile/0/001.p/44", new Uint8Array(44 * 32 - 1));
    await expect(torn.tree.root()).rejects.toMatchObject({ code: "ERR_LEDGER_FORMAT" });
  });

  it("takes programming mistakes for what they are", async () => {
    const { tree } = await grown(3);
    expect(() => new GrowingTree(new Memory(), -1)).toThrow(TypeError);
    await expect(tree.append([new Uint8Array(MAX_ENTRY + 1)])).rejects.toThrow(TypeError);
    await expect(tree.root(4)).rejects.toThrow(TypeError);
    await expect(tree.root(0.5)).rejects.toThrow(TypeError);
    await expect(tree.inclusionProof(3)).rejects.toThrow(TypeError);
    await expect(tree.inclusionProof(3, 4)).rejects.toThrow(TypeError);
    await expect(tree.consistencyProof(2, 4)).rejects.toThrow(TypeError);
    const first = tree.append(entries(3, 4));
    await expect(tree.append(entries(3, 4))).rejects.toThrow(TypeError);
    expect((await first).size).toBe(4);
  });
});
