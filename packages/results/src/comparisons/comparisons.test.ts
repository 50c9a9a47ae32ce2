import type { Answers } from "@amana/core/questionnaire";
import { describe, expect, it } from "vitest";
import { sampleResults } from "../../fixtures/sample.ts";
import { scaleQuestionnaire } from "../../fixtures/scales.ts";
import type { AudienceResults } from "../document/index.ts";
import { groupedAnalysisPlan } from "../plan/index.ts";
import { postStratifiedProportion, rIndicator, twoProportions } from "../statistics/index.ts";
import { tabulate } from "../tabulate/index.ts";
import { gapFamily, representationOf, waveFamily, weightedShare } from "./index.ts";

/** The research's fixture S: 60, 100 and 40 answers of 400, 1,200 and 160 people, of whom 33, 62 and 12 agree. */
const plan = groupedAnalysisPlan([{ audience: "officials", by: ["S1"] }], {
  populations: [{ audience: "officials", item: "S1", people: [400, 1200, 160] }],
});
function audienceOf(answers: readonly Answers[]): AudienceResults {
  const questionnaire = scaleQuestionnaire(1, ["north", "centre", "south"]);
  const audience = { id: "officials", title: { en: "Officials" }, questionnaire, rosterSize: 1760, minimumGroup: 10, answers };
  return tabulate({ round: "wave", plan, audiences: [audience] }).audiences[0] as AudienceResults;
}
const office = (of: string, n: number, agree: number): Answers[] =>
  Array.from({ length: n }, (_, i) => ({ S1: of, Q1: i < agree ? 5 : i % 3 === 0 ? 3 : 1 }));
const S = audienceOf([...office("north", 60, 33), ...office("centre", 100, 62), ...office("south", 40, 12)]);

describe("what follows from published groups and the plan's populations", () => {
  it("is R = 0.898 with a bias of up to 22.5 points for the research's strata", () => {
    const [found] = representationOf(S, plan);
    expect(found).toEqual({
      item: "S1",
      ...rIndicator([
        { population: 400, n: 60 },
        { population: 1200, n: 100 },
        { population: 160, n: 40 },
      ]),
    });
    expect(found?.r).toBeCloseTo(0.8976851938, 9);
    expect(found?.bias).toBeCloseTo(0.2250925735, 9);
  });

  it("is the weighted share, near R's 0.575 as its shares are whole points", () => {
    const { mean } = postStratifiedProportion([
      { population: 400, n: 60, successes: 33 },
      { population: 1200, n: 100, successes: 62 },
      { population: 160, n: 40, successes: 12 },
    ]);
    expect(weightedShare(S, plan, "Q1")).toMatchObject({ by: "S1", value: Math.round(100 * mean), low: 50, high: 64 });
  });

  it("is nothing where a group is hidden, or the plan knows no populations", () => {
    const hidden = audienceOf([...office("north", 60, 33), ...office("centre", 100, 62), ...office("south", 4, 2)]);
    expect(representationOf(hidden, plan)).toEqual([]);
    expect(weightedShare(hidden, plan, "Q1")).toBeNull();
    expect(weightedShare(S, groupedAnalysisPlan([{ audience: "officials", by: ["S1"] }]), "Q1")).toBeNull();
    expect(weightedShare(S, plan, "nothing")).toBeNull();
  });
});

describe("families of comparisons", () => {
  const results = sampleResults();
  it("are adjusted for all gaps that are shown, and rest on published numbers", () => {
    const gaps = gapFamily(results);
    const shown = results.gaps.filter((gap) => "points" in gap);
    expect(gaps).toHaveLength(shown.length);
    const alone = twoProportions([0.65 * 220, 220], [0.23 * 280, 280]).p;
    const first = gaps.find(({ id }) => id === "M01");
    expect(first).toMatchObject({ points: 42 });
    expect(first?.p).toBeGreaterThan(alone);
    for (const { low, points, high } of gaps) expect(low <= points && points <= high).toBe(true);
  });

  it("are adjusted for the items that two waves share", () => {
    const [first, second] = [sampleResults(220), sampleResults(90)].map(({ audiences }) => audiences[0] as AudienceResults) as [
      AudienceResults,
      AudienceResults,
    ];
    const found = waveFamily(first, second, ["O1", "O2", "O3", "X1", "nothing"]);
    expect(found.map(({ id }) => id)).toEqual(["O1", "O2", "O3"]);
    for (const { p } of found) expect(p <= 1 && p >= 0).toBe(true);
  });
});
