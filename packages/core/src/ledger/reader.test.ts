import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uint, utf8 } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import {
  decodeEntryBundle,
  encodeEntryBundle,
  encodeHashTile,
  GrowingTree,
  LedgerReader,
  leafHash,
  merkleRoot,
  nodeHash,
} from "./index.ts";

const entry = (i: number) => uint(i, 4);

/** A ledger of `size` entries and whoever serves it, with a list of what was fetched. */
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
  return { files, fetched, store, head, reader: new LedgerReader(store, head) };
}

async function list<T>(values: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = [];
  for await (const value of values) out.push(value);
  return out;
}

/** A reader without the defence: it takes the bundle as it comes. */
async function careless(store: { read(path: string): Promise<Uint8Array | null> }, path: string, width: number): Promise<Uint8Array[]> {
  return decodeEntryBundle((await store.read(path)) as Uint8Array, width);
}

describe("LedgerReader", () => {
  it("gives exactly the entries between two indices, and their leaf hashes", async () => {
    const sizes = [1, 255, 256, 257, 512, 600];
    const ledgers = new Map(await Promise.all(sizes.map(async (size) => [size, await served(size)] as const)));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...sizes), fc.nat(), fc.nat(), async (size, a, b) => {
        const [from, to] = [a % (size + 1), b % (size + 1)].sort((x, y) => x - y) as [number, number];
        const { reader } = ledgers.get(size) as Awaited<ReturnType<typeof served>>;
        const expected = Array.from({ length: to - from }, (_, i) => ({
          index: from + i,
          entry: entry(from + i),
          leaf: leafHash(entry(from + i)),
        }));
        expect(await list(reader.entries(from, to))).toEqual(expected);
        expect(await list(reader.leaves(from, to))).toEqual(expected.map(({ index, leaf }) => ({ index, leaf })));
      }),
      { numRuns: 25 },
    );
  });

  it("reads to the end by default, and nothing of the empty ledger", async () => {
    const { reader } = await served(300);
    expect((await list(reader.entries(298))).map(({ index }) => index)).toEqual([298, 299]);
    expect((await list(reader.leaves(299))).map(({ index }) => index)).toEqual([299]);
    const empty = await served(0);
    expect(await list(empty.reader.entries(0))).toEqual([]);
    expect(await list(empty.reader.leaves(0))).toEqual([]);
  });

  it("fetches each file once, tiles alone for leaves, whatever the ledger's size", async () => {
    const { reader, fetched } = await served(70_000);
    let count = 0;
    for await (const { leaf, index } of reader.leaves(0)) {
      if (index % 7000 === 0) expect(leaf).toEqual(leafHash(entry(index)));
      count++;
    }
    expect(count).toBe(70_000);
    expect(fetched).toHaveLength(273 + 1 + 2 + 1);
    expect(new Set(fetched).size).toBe(fetched.length);
    expect(fetched.some((path) => path.startsWith("tile/entries"))).toBe(false);
  });

  it("finds partial files that were deleted inside the full ones", async () => {
    const { files, store, head } = await served(100);
    const { store: later } = await served(300);
    for (const path of ["tile/0/000", "tile/entries/000"]) files.set(path, (await later.read(path)) as Uint8Array);
    files.delete("tile/0/000.p/100");
    files.delete("tile/entries/000.p/100");
    expect(await list(new LedgerReader(store, head).entries(0))).toHaveLength(100);
  });

  it("refuses a forged entry, which a reader that does not check takes", async () => {
    for (const [path, width, index] of [
      ["tile/entries/000", 256, 7],
      ["tile/entries/001.p/44", 44, 260],
    ] as const) {
      const { store, files, reader } = await served(300);
      const bundle = await careless(store, path, width);
      bundle[index % 256] = utf8("forged");
      files.set(path, encodeEntryBundle(bundle));
      expect((await careless(store, path, width))[index % 256]).toEqual(utf8("forged"));
      await expect(list(reader.entries(index, index + 1))).rejects.toMatchObject({ code: "ERR_LEDGER_INCLUSION" });
    }
  });

  it("refuses a forged entry whose tiles were forged to fit, at any level", async () => {
    const { files, reader, head, store } = await served(300);
    const forged = Array.from({ length: 256 }, (_, i) => (i === 7 ? utf8("forged") : entry(i)));
    files.set("tile/entries/000", encodeEntryBundle(forged));
    files.set("tile/0/000", encodeHashTile(forged.map(leafHash)));
    await expect(list(reader.entries(0))).rejects.toMatchObject({ code: "ERR_LEDGER_INCLUSION" });
    files.set("tile/1/000.p/1", merkleRoot(forged.map(leafHash)));
    await expect(list(new LedgerReader(store, head).entries(0))).rejects.toMatchObject({ code: "ERR_LEDGER_INCLUSION" });
    // With the forged root in place of the checkpoint's, the forgery would pass: the root is what is trusted.
    const right = Array.from({ length: 44 }, (_, i) => leafHash(entry(256 + i)));
    const root = nodeHash(merkleRoot(forged.map(leafHash)), merkleRoot(right));
    expect((await list(new LedgerReader(store, { size: 300, root }).entries(7, 8)))[0]?.entry).toEqual(utf8("forged"));
  });

  it("never gives anything but true entries, whichever byte of whichever file is changed, removed or cut", async () => {
    const original = await served(600);
    const paths = [...original.files.keys()];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), fc.nat(), fc.constantFrom("flip", "cut", "remove"), async (path, seed, how) => {
        const { files, reader } = await served(600);
        const bytes = new Uint8Array(files.get(path) as Uint8Array);
        const at = seed % bytes.length;
        if (how === "remove") files.delete(path);
        else if (how === "cut") files.set(path, bytes.subarray(0, at));
        else
          files.set(
            path,
            bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)),
          );
        const given: unknown[] = [];
        try {
          for await (const one of reader.entries(0)) given.push(one.entry);
          throw new TypeError("the change went unnoticed");
        } catch (error) {
          if (!isAmanaError(error)) throw error;
          expect(error.code).toMatch(/^ERR_LEDGER_(INCLUSION|FORMAT|MISSING)$/);
        }
        expect(given).toEqual(given.map((_, i) => entry(i)));
      }),
      { numRuns: 40 },
    );
  });

  it("can be asked again after its source has failed", async () => {
    const { store, head } = await served(10);
    let broken = true;
    const reader = new LedgerReader({ read: async (path) => (broken ? null : store.read(path)) }, head);
    await expect(list(reader.leaves(0))).rejects.toMatchObject({ code: "ERR_LEDGER_MISSING" });
    broken = false;
    expect(await list(reader.leaves(0))).toHaveLength(10);
  });

  it("stays inside the tree", async () => {
    const { reader } = await served(10);
    for (const [from, to] of [
      [-1, 5],
      [5, 11],
      [6, 5],
      [0.5, 5],
      [0, Number.NaN],
    ] as const) {
      await expect(list(reader.entries(from, to))).rejects.toThrow(TypeError);
      await expect(list(reader.leaves(from, to))).rejects.toThrow(TypeError);
    }
  });
});
