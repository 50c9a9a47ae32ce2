import { describe, expect, it } from "vitest";
import { SMALL } from "../../../../test/generators/small-questionnaire.ts";
import { utf8 } from "../bytes/index.ts";
import { decodeQuestionnaire, encodeQuestionnaire, itemsOf, pointsOf, possibleAnswers } from "./index.ts";

describe("the document of a questionnaire", () => {
  it("decodes what it encodes", () => {
    expect(decodeQuestionnaire(encodeQuestionnaire(SMALL))).toEqual(SMALL);
  });

  it("refuses other bytes of the same document, and documents with mistakes", () => {
    expect(() => decodeQuestionnaire(utf8(JSON.stringify(SMALL)))).toThrow(expect.objectContaining({ code: "ERR_JSON_CANONICAL" }));
    expect(() => decodeQuestionnaire(utf8("{}"))).toThrow(expect.objectContaining({ code: "ERR_QUESTIONNAIRE_INVALID" }));
    expect(() => decodeQuestionnaire(Uint8Array.of(0xff))).toThrow(expect.objectContaining({ code: "ERR_BYTES_ENCODING" }));
  });
});

describe("items", () => {
  it("lists them in order, with the answers each can have", () => {
    const answers = itemsOf(SMALL).map((item) => [item.id, possibleAnswers(SMALL, item)]);
    expect(answers).toEqual([
      ["L1", [1, 2, 3, "dont_know", "prefer_not"]],
      ["S1", ["a", "b"]],
      ["N1", ["o1", "o2", "o3", "o4", "o5", "o6", "o7", "o8", "o9", "prefer_not"]],
      ["C1", []],
    ]);
  });

  it("gives no points for a scale that is not there", () => {
    const [item] = itemsOf(SMALL);
    if (item?.kind !== "likert") throw new TypeError("not a likert item");
    expect(pointsOf(SMALL, item)).toBe(3);
    expect(pointsOf({ ...SMALL, scales: [] }, item)).toBe(0);
  });
});
