import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import {
  decodeEntryBundle,
  decodeHashTile,
  encodeEntryBundle,
  encodeHashTile,
  entriesPath,
  MAX_ENTRY,
  parseTilePath,
  tilePath,
  tilesOf,
  tileWidth,
} from "./index.ts";

const FORMAT = expect.objectContaining({ code: "ERR_LEDGER_FORMAT" });
const refused = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (isAmanaError(error, "ERR_LEDGER_FORMAT")) return true;
    throw error;
  }
  return false;
};

describe("c2sp.org/tlog-tiles paths", () => {
  it.each([
    [tilePath(0, 1234067), "tile/0/x001/x234/067"],
    [tilePath(0, 1234067, 8), "tile/0/x001/x234/067.p/8"],
    [tilePath(0, 273, 112), "tile/0/273.p/112"],
    [tilePath(63, 0), "tile/63/000"],
    [tilePath(1, 999), "tile/1/999"],
    [tilePath(1, 1000, 255), "tile/1/x001/000.p/255"],
    [entriesPath(0, 1), "tile/entries/000.p/1"],
    [entriesPath(1234067), "tile/entries/x001/x234/067"],
    [tilePath(0, Number.MAX_SAFE_INTEGER), "tile/0/x009/x007/x199/x254/x740/991"],
  ])("writes %s", (path, expected) => {
    expect(path).toBe(expected);
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parseTilePath(tilePath(level, index, width))).toEqual({ kind: "tile", level, index, width });
        expect(parseTilePath(entriesPath(index, width))).toEqual({ kind: "entries", index, width });
      }),
    );
  });

  it.each([
    "",
    "checkpoint",
    "/tile/0/000",
    "tile/0",
    "tile/0/0",
    "tile/0/00",
    "tile/0/0000",
    "tile/00/000",
    "tile/01/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/x000/001",
    "tile/0/x001",
    "tile/0/001/002",
    "tile/0/X001/002",
    "tile/0/x001/x002",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/08",
    "tile/0/000.p/",
    "tile/0/000.p/8/",
    "tile/0/000/",
    "tile/0/000\n",
    "tile/entries/../000",
    "tile/entries/0/000",
    "tile/Entries/000",
    "tile/0/%30%30%30",
    "tile/0/٠٠٠",
    "tile/0/x009/x007/x199/x254/x740/992",
    "tile/0/x999/x999/x999/x999/x999/999",
    "tile/0/x001/x000/x000/x000/x000/x000/000",
  ])("refuses %j", (path) => {
    expect(refused(() => parseTilePath(path))).toBe(true);
  });

  it("refuses any other text with the one code", () => {
    fc.assert(fc.property(fc.string(), (path) => refused(() => parseTilePath(path))));
    fc.assert(
      fc.property(fc.stringMatching(/^tile\/[0-9a-z]{1,3}\/[x0-9./p]{0,20}$/), (path) => {
        if (!refused(() => parseTilePath(path))) expect(path).toMatch(/^tile\/\d+\/(x\d{3}\/)*\d{3}(\.p\/\d+)?$/);
      }),
    );
  });

  it("does not write what is out of range", () => {
    for (const write of [
      () => tilePath(64, 0),
      () => tilePath(-1, 0),
      () => tilePath(0, -1),
      () => tilePath(0, 2 ** 53),
      () => tilePath(0, 0, 0),
      () => tilePath(0, 0, 257),
      () => entriesPath(0, 1.5),
      () => entriesPath(0.5),
    ]) {
      expect(write).toThrow(TypeError);
    }
  });
});

describe("c2sp.org/tlog-tiles tiles of a tree", () => {
  it("lists the specification's tree of 70,000", () => {
    const tiles = tilesOf(70_000);
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273);
    expect(tiles.slice(273)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 0, width: 256 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
  });

  it("lists the specification's tree of 256, and the smallest", () => {
    expect(tilesOf(256)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 1, index: 0, width: 1 },
    ]);
    expect(tilesOf(1)).toEqual([{ level: 0, index: 0, width: 1 }]);
    expect(tilesOf(0)).toEqual([]);
    expect(tileWidth(70_000, 0, 274)).toBe(0);
    expect(() => tilesOf(-1)).toThrow(TypeError);
  });
});

describe("c2sp.org/tlog-tiles bundles and tiles", () => {
  const entries = [fromHex("aabb"), fromHex(""), fromHex("cc")];
  const bundle = fromHex("0002aabb" + "0000" + "0001cc");

  it("has the bytes written by hand", () => {
    expect(toHex(encodeEntryBundle(entries))).toBe(toHex(bundle));
    expect(decodeEntryBundle(bundle, 3)).toEqual(entries);
    expect(toHex(encodeHashTile([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]))).toBe("01".repeat(32) + "02".repeat(32));
    expect(decodeHashTile(fromHex("01".repeat(32) + "02".repeat(32)), 2)).toEqual([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
  });

  it("refuses every truncation, a trailing byte and another count", () => {
    for (let length = 0; length < bundle.length; length++)
      expect(refused(() => decodeEntryBundle(bundle.subarray(0, length), 3))).toBe(true);
    expect(refused(() => decodeEntryBundle(fromHex(`${toHex(bundle)}00`), 3))).toBe(true);
    expect(() => decodeEntryBundle(bundle, 2)).toThrow(FORMAT);
    expect(() => decodeEntryBundle(bundle, 4)).toThrow(FORMAT);
    for (const length of [0, 31, 33, 63, 65, 96]) expect(refused(() => decodeHashTile(new Uint8Array(length), 2))).toBe(true);
  });

  it("holds entries up to 65,535 bytes", () => {
    expect(decodeEntryBundle(encodeEntryBundle([new Uint8Array(MAX_ENTRY)]), 1)).toEqual([new Uint8Array(MAX_ENTRY)]);
    expect(() => encodeEntryBundle([new Uint8Array(MAX_ENTRY + 1)])).toThrow(TypeError);
  });

  it("reads back what it writes, from views too, and fails with the one code on anything else", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 }), fc.uint8Array({ maxLength: 80 }), (list, noise) => {
        const padded = new Uint8Array([9, ...encodeEntryBundle(list), 9]);
        expect(decodeEntryBundle(padded.subarray(1, -1), list.length)).toEqual(list);
        refused(() => decodeEntryBundle(noise, list.length));
        refused(() => decodeHashTile(noise, list.length));
      }),
    );
  });
});
