import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AmanaError } from "../errors/index.ts";
import { fromHex, toHex } from "./index.ts";

describe("hexadecimal", () => {
  it("round-trips, as Buffer writes it", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
        expect(fromHex(toHex(bytes), bytes.length)).toEqual(bytes);
      }),
    );
  });

  it("is read in its one form only", () => {
    for (const text of ["0", "AB", "0g", " 00", "0x00", "00\n", "٠٠"])
      expect(() => fromHex(text)).toThrow(new AmanaError("ERR_BYTES_ENCODING"));
  });

  it("is read in the length asked for", () => {
    expect(fromHex("")).toEqual(new Uint8Array(0));
    for (const length of [0, 1, 3]) expect(() => fromHex("0102", length)).toThrow(new AmanaError("ERR_BYTES_LENGTH"));
  });
});
