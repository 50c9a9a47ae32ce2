import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answered } from "../../../../test/generators/questionnaires.ts";
import { SMALL } from "../../../../test/generators/small-questionnaire.ts";
import { isAmanaError, type Problem } from "../errors/index.ts";
import { type Answers, checkAnswers } from "./index.ts";

function problemsOf(answers: unknown): readonly Problem[] {
  try {
    checkAnswers(SMALL, answers as Answers);
    return [];
  } catch (error) {
    if (isAmanaError(error, "ERR_ANSWER_INVALID")) return error.details.problems ?? [];
    throw error;
  }
}

describe("checkAnswers", () => {
  it("accepts nothing at all, and every generated set of answers", () => {
    expect(problemsOf({})).toEqual([]);
    fc.assert(
      fc.property(answered(), ({ questionnaire, answers }) => {
        checkAnswers(questionnaire, answers);
      }),
      { numRuns: 200 },
    );
  });

  it.each<[unknown]>([
    [{ L1: 1 }],
    [{ L1: "dont_know", S1: "a" }],
    [{ L1: "prefer_not" }],
    [{ S1: "b", N1: ["o9", "o1"] }],
    [{ S1: "b", N1: "prefer_not" }],
    [{ C1: "شك!" }],
    // Seven bytes as typed, five in NFC.
    [{ C1: "e\u0301e\u0301!" }],
  ])("accepts %j", (answers) => {
    expect(problemsOf(answers)).toEqual([]);
  });

  it.each<[unknown, string, string]>([
    [{ L1: 0 }, "/L1", "not one of the answers"],
    [{ L1: 4 }, "/L1", "not one of the answers"],
    [{ L1: 1.5 }, "/L1", "not one of the answers"],
    [{ L1: "1" }, "/L1", "not one of the answers"],
    [{ L1: null }, "/L1", "not one of the answers"],
    [{ L1: [1] }, "/L1", "one answer only"],
    [{ S1: "c" }, "/S1", "not one of the answers"],
    [{ S1: "dont_know" }, "/S1", "not one of the answers"],
    [{ S1: "prefer_not" }, "/S1", "not one of the answers"],
    [{ S1: 1 }, "/S1", "not one of the answers"],
    [{ S1: ["a"] }, "/S1", "one answer only"],
    [{ S1: "b", N1: [] }, "/N1", "empty: leave the item out"],
    [{ S1: "b", N1: ["o1", "o1"] }, "/N1", "an option twice"],
    [{ S1: "b", N1: ["o1", "o2", "o3"] }, "/N1", "more than 2 options"],
    [{ S1: "b", N1: ["o10"] }, "/N1", "not one of the options"],
    [{ S1: "b", N1: ["prefer_not"] }, "/N1", "not one of the options"],
    [{ S1: "b", N1: [null] }, "/N1", "not one of the options"],
    [{ S1: "b", N1: "o1" }, "/N1", "not one of the answers"],
    [{ S1: "b", N1: "dont_know" }, "/N1", "not one of the answers"],
    [{ S1: "b", N1: {} }, "/N1", "not one of the answers"],
    [{ N1: ["o1"] }, "/N1", "hidden by an earlier answer"],
    [{ S1: "a", N1: ["o1"] }, "/N1", "hidden by an earlier answer"],
    [{ C1: "" }, "/C1", "empty: leave the item out"],
    [{ C1: "123456" }, "/C1", "more than 5 bytes"],
    [{ C1: "ééé" }, "/C1", "more than 5 bytes"],
    [{ C1: 5 }, "/C1", "not a text"],
    [{ C1: ["x"] }, "/C1", "not a text"],
    [{ C1: "\ud83d" }, "/C1", "not a text"],
    [{ C1: "\ufeffx" }, "/C1", "not a text"],
    [{ L9: "x" }, "/", "an answer to no item of the questionnaire"],
  ])("refuses %j", (answers, path, message) => {
    expect(problemsOf(answers)).toEqual([{ path, message }]);
  });

  it("does not offer prefer_not where the item does not", () => {
    const [section] = SMALL.sections;
    const items = section?.items.map((item) => (item.kind === "multiple" ? { ...item, preferNot: false } : item)) ?? [];
    const questionnaire = { ...SMALL, sections: [{ ...section, items }] } as typeof SMALL;
    expect(() => checkAnswers(questionnaire, { S1: "b", N1: "prefer_not" })).toThrow(
      expect.objectContaining({ code: "ERR_ANSWER_INVALID" }),
    );
  });

  it("names all mistakes at once, and never an answer or a foreign key", () => {
    const problems = problemsOf({ L1: "SECRET", S1: "SECRET", C1: "SECRET", SECRET: "SECRET" });
    expect(problems.map(({ path }) => path)).toEqual(["/L1", "/S1", "/C1", "/"]);
    expect(JSON.stringify(problems)).not.toContain("SECRET");
  });
});
