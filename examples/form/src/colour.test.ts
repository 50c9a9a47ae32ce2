import { describe, expect, it } from "vitest";
import { contrast, parseColour, readableAccent } from "./colour.ts";

describe("an institution's colour", () => {
  it("computes the contrast of WCAG", () => {
    expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
    expect(contrast([119, 119, 119], [255, 255, 255])).toBeCloseTo(4.48, 2);
  });

  it("keeps a readable colour and darkens another", () => {
    expect(readableAccent("#0b4f6c")).toBe("#0b4f6c");
    const gold = parseColour(readableAccent("#f2c200") ?? "");
    expect(gold).not.toBeNull();
    expect(contrast(gold ?? [0, 0, 0], [255, 255, 255])).toBeGreaterThanOrEqual(4.5);
  });

  it("refuses what is not six hexadecimal digits", () => {
    expect(readableAccent("red")).toBeNull();
    expect(readableAccent("#fff;}")).toBeNull();
  });
});
