import { AmanaError, type ErrorCode, SENTENCES } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { problemReply } from "./problem.ts";

/** Bytes of a reply that differ from code to code: the body and what else is in the headers. */
function length(code: ErrorCode, details: ConstructorParameters<typeof AmanaError>[1] = {}): number {
  const { body, headers = {} } = problemReply(new AmanaError(code, details));
  return body.length + Object.entries(headers).reduce((sum, [name, value]) => sum + `${name}: ${value}\r\n`.length, 0);
}

describe("a refusal", () => {
  it("is as long as every other, whatever its sentence, with a time to come again and a sequence or without", () => {
    for (const code of Object.keys(SENTENCES) as ErrorCode[]) {
      expect(length(code), code).toBe(512);
      expect(length(code, { retryAfter: 1, highestSequence: 0 }), code).toBe(512);
      expect(length(code, { retryAfter: 86_400, highestSequence: 255 }), code).toBe(512);
    }
  });

  it("reads as JSON in spite of what fills it up", () => {
    const { body, status } = problemReply(new AmanaError("ERR_OVERLOADED", { retryAfter: 30 }));
    expect(status).toBe(503);
    expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({ code: "ERR_OVERLOADED", retryAfter: 30 });
  });
});
