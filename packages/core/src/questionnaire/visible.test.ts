import { describe, expect, it } from "vitest";
import { SMALL } from "../../../../test/generators/small-questionnaire.ts";
import { type Answers, type Condition, checkQuestionnaire, keepVisible, type Questionnaire, visibleItems } from "./index.ts";

const shown = (questionnaire: Questionnaire, answers: Answers): string[] => visibleItems(questionnaire, answers).map(({ id }) => id);

/** The small questionnaire with a condition on its last item, and perhaps a second section. */
function withCondition(showIf: Condition, sectionShowIf?: Condition): Questionnaire {
  const [section] = SMALL.sections;
  if (section === undefined) throw new TypeError("no section");
  const items = section.items.map((item) => (item.id === "C1" ? { ...item, showIf } : item));
  const second = { ...section, id: "second", showIf: sectionShowIf ?? null, items: [{ ...section.items[1], id: "S2" }] };
  return checkQuestionnaire({ ...SMALL, sections: [{ ...section, items }, ...(sectionShowIf === undefined ? [] : [second])] });
}

describe("visibleItems", () => {
  it("shows what has no condition, and the rest when its condition holds", () => {
    expect(shown(SMALL, {})).toEqual(["L1", "S1", "C1"]);
    expect(shown(SMALL, { S1: "a" })).toEqual(["L1", "S1", "C1"]);
    expect(shown(SMALL, { S1: "b" })).toEqual(["L1", "S1", "N1", "C1"]);
  });

  it.each<[Condition, Answers, boolean]>([
    [{ item: "L1", in: [1, 2] }, { L1: 2 }, true],
    [{ item: "L1", in: [1, 2] }, { L1: 3 }, false],
    [{ item: "L1", in: ["dont_know"] }, { L1: "dont_know" }, true],
    [{ item: "N1", in: ["o9"] }, { S1: "b", N1: ["o1", "o9"] }, true],
    [{ item: "N1", in: ["o9"] }, { S1: "b", N1: ["o1"] }, false],
    [{ item: "N1", in: ["prefer_not"] }, { S1: "b", N1: "prefer_not" }, true],
    [{ not: { item: "L1", in: [1] } }, {}, true],
    [{ not: { item: "L1", in: [1] } }, { L1: 1 }, false],
    [
      {
        all: [
          { item: "L1", in: [1] },
          { item: "S1", in: ["a"] },
        ],
      },
      { L1: 1, S1: "a" },
      true,
    ],
    [
      {
        all: [
          { item: "L1", in: [1] },
          { item: "S1", in: ["a"] },
        ],
      },
      { L1: 1 },
      false,
    ],
    [
      {
        any: [
          { item: "L1", in: [1] },
          { item: "S1", in: ["a"] },
        ],
      },
      { S1: "a" },
      true,
    ],
    [
      {
        any: [
          { item: "L1", in: [1] },
          { item: "S1", in: ["a"] },
        ],
      },
      { S1: "b" },
      false,
    ],
  ])("%j with %j: %s", (condition, answers, expected) => {
    expect(shown(withCondition(condition), answers).includes("C1")).toBe(expected);
  });

  it("hides the items of a hidden section", () => {
    const questionnaire = withCondition({ item: "L1", in: [1] }, { item: "S1", in: ["b"] });
    expect(shown(questionnaire, { S1: "a" })).toEqual(["L1", "S1"]);
    expect(shown(questionnaire, { S1: "b" })).toEqual(["L1", "S1", "N1", "S2"]);
  });

  it("does not count an answer to an item that is hidden itself", () => {
    const questionnaire = withCondition({ item: "N1", in: ["o1"] });
    expect(shown(questionnaire, { S1: "b", N1: ["o1"] })).toContain("C1");
    expect(shown(questionnaire, { S1: "a", N1: ["o1"] })).not.toContain("C1");
  });

  it("does not take what objects inherit for an answer", () => {
    const [section] = SMALL.sections;
    const item = { ...section?.items[1], id: "constructor" };
    const questionnaire = checkQuestionnaire({ ...SMALL, sections: [{ ...section, items: [item] }] });
    expect(keepVisible(questionnaire, {})).toEqual({});
  });
});

describe("keepVisible", () => {
  it("drops answers to hidden items and to no item", () => {
    expect(keepVisible(SMALL, { S1: "a", N1: ["o1"], C1: "x", L9: 1 })).toEqual({ S1: "a", C1: "x" });
    expect(keepVisible(SMALL, { S1: "b", N1: ["o1"] })).toEqual({ S1: "b", N1: ["o1"] });
  });
});
