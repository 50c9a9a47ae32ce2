import { describe, expect, it } from "vitest";
import { DRAW_LENGTH, type Draw, decodeDraws, drawLists, listBits, listOf, SMALLEST_LIST } from "./index.ts";

/** Draws whose hashes are spread as hashes are: the counter, its bits reversed, in front. Nobody signed them; lists do not ask. */
function draws(count: number): Draw[] {
  return Array.from({ length: count }, (_, index) => {
    const hash = new Uint8Array(32);
    for (let bit = 0; bit < 24; bit++) if ((index >> bit) & 1) hash[bit >> 3] = (hash[bit >> 3] as number) | (0x80 >> (bit & 7));
    const signature = new Uint8Array(256);
    return { invitedHash: hash, blindedHash: hash, blindSignature: signature, reportBlindedHash: hash, reportBlindSignature: signature };
  });
}

describe("the lists of draws that an issuer logs", () => {
  it("are one while two would be too small for anyone to hide in", () => {
    expect(drawLists([], 1)).toEqual([new Uint8Array(0)]);
    expect(drawLists(draws(2 * SMALLEST_LIST - 1), 1)).toHaveLength(1);
  });

  it("are 2^b by the leading bits of the blinded hash, in order, with nobody left out", () => {
    const all = draws(2 * SMALLEST_LIST);
    const lists = drawLists(all, 1);
    expect(lists.map(({ length }) => length / DRAW_LENGTH)).toEqual([SMALLEST_LIST, SMALLEST_LIST]);
    for (const [index, list] of lists.entries())
      for (const { blindedHash } of decodeDraws(list)) expect(listOf(blindedHash, 1)).toBe(index);
  });

  it("are fewer with several issuers, as who fetches one at each is among those of both", () => {
    const all = draws(4 * SMALLEST_LIST);
    expect(drawLists(all, 1)).toHaveLength(4);
    expect(drawLists(all, 2)).toHaveLength(2);
    expect(drawLists(all, 3)).toHaveLength(1);
  });
});

describe("the choice of a list", () => {
  it("goes by as many leading bits as there are lists that are large enough", () => {
    expect(listBits([])).toBe(0);
    expect(listBits([12])).toBe(0);
    expect(listBits([5000])).toBe(0);
    expect(listBits([5000, 5000])).toBe(1);
    expect(listBits([5000, 6000, 7000, 8000, 3])).toBe(2);
    expect(listOf(new Uint8Array([0b10110000, 0xff]), 3)).toBe(0b101);
    expect(listOf(new Uint8Array([0b10110000, 0xff]), 0)).toBe(0);
  });

  it("is not made where they are no power of two: all of them are fetched", () => {
    expect(listBits([5000, 5000, 5000])).toBe(0);
  });
});
