import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AmanaError } from "../errors/index.ts";
import { compare, concat, copy, equal, fromUtf8, uint, uint64, utf8 } from "./index.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const encoding = new AmanaError("ERR_BYTES_ENCODING");

describe("byte strings", () => {
  it("joins", () => {
    expect(concat()).toEqual(bytes());
    expect(concat(bytes(1, 2), bytes(), bytes(3))).toEqual(bytes(1, 2, 3));
  });

  it("compares for equality like a comparison of all bytes", () => {
    expect(equal(bytes(), bytes())).toBe(true);
    expect(equal(bytes(1), bytes(1, 0))).toBe(false);
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(equal(a, b)).toBe(Buffer.compare(a, b) === 0);
        expect(equal(a, a.slice())).toBe(true);
      }),
    );
    for (let at = 0; at < 32; at++) {
      const other = new Uint8Array(32);
      other[at] = 1;
      expect(equal(new Uint8Array(32), other)).toBe(false);
    }
  });

  it("orders like unsigned numbers, shorter first", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(Math.sign(compare(a, b))).toBe(Buffer.compare(a, b));
      }),
    );
    expect(compare(bytes(0x7f), bytes(0x80))).toBeLessThan(0);
    expect(compare(bytes(1), bytes(1, 0))).toBeLessThan(0);
    expect(compare(bytes(1, 2), bytes(1, 2))).toBe(0);
  });

  it("copies with a buffer of its own", () => {
    const from = bytes(1, 2, 3);
    const to = copy(from.subarray(1));
    from[1] = 9;
    expect(to).toEqual(bytes(2, 3));
    expect(to.buffer.byteLength).toBe(2);
    expect(copy(Buffer.from([1])).constructor).toBe(Uint8Array);
  });
});

describe("UTF-8", () => {
  it("round-trips NFC text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const nfc = text.normalize("NFC").replace(/^\uFEFF+/, "");
        expect(fromUtf8(utf8(nfc))).toBe(nfc);
      }),
    );
    expect(utf8("استبيان é")).toEqual(new Uint8Array(Buffer.from("استبيان é")));
    expect(utf8("\u{1f600}")).toEqual(bytes(0xf0, 0x9f, 0x98, 0x80));
  });

  it("refuses what is not NFC, in both directions", () => {
    expect(() => utf8("e\u0301")).toThrow(encoding);
    expect(() => fromUtf8(Buffer.from("e\u0301"))).toThrow(encoding);
  });

  it("refuses an unpaired surrogate instead of replacing it", () => {
    for (const text of ["\ud800", "a\ud800b", "\udc00", "\udc00\ud800", "\ud83d\ud83d\ude00"]) expect(() => utf8(text)).toThrow(encoding);
  });

  it("refuses a byte-order mark, a bad byte, an overlong form, a surrogate and a cut sequence", () => {
    for (const bad of [[0xef, 0xbb, 0xbf, 0x61], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
      expect(() => fromUtf8(bytes(...bad))).toThrow(encoding);
    }
  });
});

describe("unsigned integers", () => {
  it("are big-endian in their width", () => {
    expect(uint(0xab, 1)).toEqual(bytes(0xab));
    expect(uint(0x0102, 2)).toEqual(bytes(1, 2));
    expect(uint(0xfffefdfc, 4)).toEqual(bytes(0xff, 0xfe, 0xfd, 0xfc));
    expect(uint64(0x1f_ffff_ffff_ffff)).toEqual(bytes(0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
    expect(uint64(2 ** 32 + 5)).toEqual(bytes(0, 0, 0, 1, 0, 0, 0, 5));
  });

  it("that do not fit are programming mistakes", () => {
    for (const value of [256, -1, 0.5, Number.NaN]) expect(() => uint(value, 1)).toThrow(TypeError);
    expect(() => uint(2 ** 32, 4)).toThrow(TypeError);
    for (const value of [2 ** 53, -1, 1.5]) expect(() => uint64(value)).toThrow(TypeError);
  });
});
