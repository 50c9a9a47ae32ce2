import { describe, expect, it } from "vitest";
import { SMALL } from "../../../../test/generators/small-questionnaire.ts";
import { itemsOf, type LikertItem, mirroredPairs, type Questionnaire } from "./index.ts";

/** The small questionnaire with these likert items alone. */
function withItems(...changes: readonly Partial<LikertItem>[]): Questionnaire {
  const [likert] = itemsOf(SMALL);
  const [section] = SMALL.sections;
  if (section === undefined || likert?.kind !== "likert") throw new TypeError("no likert item");
  return { ...SMALL, sections: [{ ...section, items: changes.map((change) => ({ ...likert, ...change })) }] };
}

describe("mirroredPairs", () => {
  it("pairs by mirror, in the order of the first, and leaves out what has no partner", () => {
    const first = withItems(
      { id: "A1", mirror: "M02" },
      { id: "A2", mirror: null },
      { id: "A3", mirror: "M01" },
      { id: "A4", mirror: "M09" },
    );
    const second = withItems({ id: "B1", mirror: "M01" }, { id: "B2", mirror: "M02" }, { id: "B3", mirror: null });
    expect(mirroredPairs(first, second).map(({ mirror, first, second }) => [mirror, first.id, second.id])).toEqual([
      ["M02", "A1", "B2"],
      ["M01", "A3", "B1"],
    ]);
    expect(mirroredPairs(SMALL, SMALL).map(({ mirror }) => mirror)).toEqual(["M01"]);
  });

  it.each<[string, Partial<LikertItem>]>([
    ["scale", { scale: "agree5" }],
    ["polarity", { polarity: "negative" }],
    ["factor", { factor: null }],
  ])("refuses to compare items that differ in %s", (field, change) => {
    expect(() => mirroredPairs(SMALL, withItems(change))).toThrow(
      expect.objectContaining({
        code: "ERR_QUESTIONNAIRE_INVALID",
        details: { problems: [{ path: `/L1/${field}`, message: "differs from its mirrored item" }] },
      }),
    );
  });

  it("refuses to compare scales of one name and another length", () => {
    const longer = { ...SMALL, scales: [{ id: "agree3", labels: [...(SMALL.scales[0]?.labels ?? []), { en: "very" }] }] };
    expect(() => mirroredPairs(SMALL, longer)).toThrow(expect.objectContaining({ code: "ERR_QUESTIONNAIRE_INVALID" }));
  });
});
