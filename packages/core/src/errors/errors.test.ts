import { describe, expect, it } from "vitest";
import { AmanaError, isAmanaError, SENTENCES } from "./index.ts";

describe("AmanaError", () => {
  it("says the fixed sentence of its code and carries public facts apart from it", () => {
    const error = new AmanaError("ERR_SEQUENCE_USED", { highestSequence: 3 });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("AmanaError");
    expect(error.code).toBe("ERR_SEQUENCE_USED");
    expect(error.message).toBe(SENTENCES.ERR_SEQUENCE_USED);
    expect(error.details).toEqual({ highestSequence: 3 });
    expect(new AmanaError("ERR_INTERNAL").details).toEqual({});
  });

  it("adds a note to the sentence", () => {
    expect(new AmanaError("ERR_ROUND_CLOSED", { note: "It closed yesterday." }).message).toBe("This round is closed. It closed yesterday.");
  });

  it("is told from other errors, and by its code", () => {
    const error: unknown = new AmanaError("ERR_TOKEN_INVALID");
    expect(isAmanaError(error)).toBe(true);
    expect(isAmanaError(error, "ERR_TOKEN_INVALID")).toBe(true);
    expect(isAmanaError(error, "ERR_TOKEN_MISSING")).toBe(false);
    expect(isAmanaError(new TypeError("other"))).toBe(false);
    expect(isAmanaError({ code: "ERR_TOKEN_INVALID" }, "ERR_TOKEN_INVALID")).toBe(false);
    expect(isAmanaError(undefined)).toBe(false);
  });

  it("has codes of one form and sentences that end", () => {
    for (const [code, sentence] of Object.entries(SENTENCES)) {
      expect(code).toMatch(/^ERR(_[A-Z]+)+$/);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});
