import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AmanaError } from "../errors/index.ts";
import { concat, Reader, uint, uint64, utf8, vector } from "./index.ts";

const failure = new AmanaError("ERR_BALLOT_FORMAT");
const reader = (bytes: Uint8Array): Reader => new Reader(bytes, "ERR_BALLOT_FORMAT");

/** A struct with one field of every kind. */
interface Fields {
  a: number;
  b: number;
  c: number;
  d: number;
  opaque: Uint8Array;
  list: Uint8Array;
}

const fields: fc.Arbitrary<Fields> = fc.record({
  a: fc.integer({ min: 0, max: 0xff }),
  b: fc.integer({ min: 0, max: 0xffff }),
  c: fc.integer({ min: 0, max: 0xffff_ffff }),
  d: fc.maxSafeNat(),
  opaque: fc.uint8Array({ minLength: 5, maxLength: 5 }),
  list: fc.uint8Array({ maxLength: 40 }),
});

const write = ({ a, b, c, d, opaque, list }: Fields): Uint8Array =>
  concat(utf8("TEST"), uint(a, 1), uint(b, 2), uint(c, 4), uint64(d), opaque, vector(list));

function read(bytes: Uint8Array): Fields {
  const from = reader(bytes);
  from.magic("TEST");
  const value = { a: from.uint8(), b: from.uint16(), c: from.uint32(), d: from.uint64(), opaque: from.take(5), list: from.vector(40) };
  from.end();
  return value;
}

describe("Reader", () => {
  it("reads what was written", () => {
    fc.assert(
      fc.property(fields, (value) => {
        expect(read(write(value))).toEqual(value);
      }),
    );
  });

  it("reads the same from a view into a larger buffer and from a Buffer", () => {
    fc.assert(
      fc.property(fields, fc.uint8Array(), fc.uint8Array(), (value, before, after) => {
        const bytes = write(value);
        const view = concat(before, bytes, after).subarray(before.length, before.length + bytes.length);
        expect(read(view)).toEqual(value);
        expect(read(Buffer.from(bytes))).toEqual(value);
      }),
    );
  });

  it("refuses every truncation and every trailing byte with its one code", () => {
    fc.assert(
      fc.property(fields, fc.integer({ min: 0, max: 255 }), (value, byte) => {
        const bytes = write(value);
        for (let length = 0; length < bytes.length; length++) expect(() => read(bytes.subarray(0, length))).toThrow(failure);
        expect(() => read(concat(bytes, Uint8Array.of(byte)))).toThrow(failure);
      }),
      { numRuns: 20 },
    );
  });

  it("never reads past the end, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        try {
          expect(write(read(concat(utf8("TEST"), bytes)))).toEqual(concat(utf8("TEST"), bytes));
        } catch (error) {
          expect(error).toEqual(failure);
        }
      }),
    );
  });

  it("refuses another magic", () => {
    expect(() => reader(utf8("TESX")).magic("TEST")).toThrow(failure);
    expect(() => reader(utf8("TES")).magic("TEST")).toThrow(failure);
  });

  it("bounds a vector before it reads it", () => {
    expect(reader(vector(new Uint8Array(3))).vector(3)).toEqual(new Uint8Array(3));
    expect(() => reader(vector(new Uint8Array(4))).vector(3)).toThrow(failure);
    expect(() => reader(uint(0xffff_ffff, 4)).vector(0xffff_ffff)).toThrow(failure);
  });

  it("refuses a 64-bit integer that is not a safe number", () => {
    expect(reader(uint64(Number.MAX_SAFE_INTEGER)).uint64()).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => reader(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0)).uint64()).toThrow(failure);
  });

  it("says what is left, and gives copies", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const from = reader(bytes);
    expect(from.left).toBe(3);
    const taken = from.take(2);
    bytes.fill(9);
    expect(taken).toEqual(Uint8Array.of(1, 2));
    expect(from.left).toBe(1);
    expect(() => from.end()).toThrow(failure);
  });
});
