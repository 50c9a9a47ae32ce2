import type { Answers, Questionnaire } from "@amana/core/questionnaire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scaleQuestionnaire } from "../../fixtures/scales.ts";
import { type Breakdown, isExact, isSuppressed, type Results } from "../document/index.ts";
import { groupedAnalysisPlan } from "../plan/index.ts";
import { tabulate } from "./index.ts";

const questionnaire: Questionnaire = scaleQuestionnaire(2, ["north", "centre", "south", "port"]);

/** Ballots of one office: how many gave each side of item Q1. */
function office(of: string | null, favourable: number, neutral: number, unfavourable: number): Answers[] {
  const points = [...new Array(favourable).fill(5), ...new Array(neutral).fill(3), ...new Array(unfavourable).fill(1)];
  return points.map((point) => ({ ...(of === null ? {} : { S1: of }), Q1: point, Q2: 6 - point }));
}

function results(answers: readonly Answers[], earlier: readonly Results[] = [], other: Questionnaire = questionnaire): Results {
  const plan = groupedAnalysisPlan([{ audience: "officials", by: ["S1"] }]);
  const audience = { id: "officials", title: { en: "Officials" }, questionnaire: other, rosterSize: 400, minimumGroup: 10, answers };
  return tabulate({ round: "wave", plan, audiences: [audience], earlier });
}

const breakdown = (found: Results): Breakdown => found.audiences[0]?.breakdowns[0] as Breakdown;
const counted = (found: Results): unknown[] =>
  breakdown(found).groups.map((group) => ("n" in group.counted ? group.counted.n : group.counted.suppressed));
const item = (found: Results, id = "Q1"): unknown[] =>
  breakdown(found).groups.map(({ items }) => {
    const own = items.find((each) => each.id === id);
    if (own === undefined || isSuppressed(own)) return own?.suppressed;
    return isExact(own.favourable) ? own.favourable.value : own.favourable;
  });

const north = office("north", 20, 10, 30);
const centre = office("centre", 14, 11, 16);
const south = office("south", 41, 20, 31);

describe("tables by groups", () => {
  it("show each office and those who did not say, with their items", () => {
    const found = results([...north, ...centre, ...south, ...office("port", 5, 4, 5), ...office(null, 10, 4, 6)]);
    expect(breakdown(found).groups.map(({ of }) => of)).toEqual([["north"], ["centre"], ["south"], ["port"], [null]]);
    expect(counted(found)).toEqual([60, 40, 90, 15, 20]);
    expect(item(found)).toEqual([33, 35, 44, 40, 50]);
  });

  it("hide an office below the minimum, and the smallest beside it, as the total is known", () => {
    const found = results([...north, ...centre, ...south, ...office("port", 3, 2, 2)]);
    expect(counted(found)).toEqual([60, "complement", 90, "below-minimum", 0]);
    expect(item(found)).toEqual([33, "complement", 44, "below-minimum", "below-minimum"]);
  });

  it("hide an item beside an office where all but two said the same, of two others that would give it back", () => {
    const found = results([...north, ...centre, ...south, ...office("port", 12, 0, 1)]);
    expect(counted(found)).toEqual([60, 40, 90, 15, 0]);
    expect(item(found)).toEqual([33, "complement", 44, "small-cell", "below-minimum"]);
  });

  it("keep hidden what an earlier release hid, and hide everything where offices were merged", () => {
    const first = results([...north, ...centre, ...south, ...office("port", 3, 2, 2)]);
    const grown = [...north, ...centre, ...south, ...office("port", 6, 6, 6)];
    expect(counted(results(grown))).toEqual([60, 40, 90, 20, 0]);
    expect(counted(results(grown, [first]))).toEqual([60, "complement", 90, "complement", 0]);
    const merged = scaleQuestionnaire(2, ["north", "centre", "south"]);
    const after = results([...north, ...centre, ...south], [first], merged);
    expect(counted(after)).toEqual(["complement", "complement", "complement", 0]);
  });

  it("are the same bytes for ballots in any order", () => {
    const ballots = [...north, ...centre, ...office("port", 3, 2, 2)];
    expect(results([...ballots].reverse())).toEqual(results(ballots));
  });
});

describe("an analyst who knows every shown number exactly", () => {
  /**
   * Recovers a hidden office's side as what is left of the whole: possible where all other offices are shown, or where the hidden
   * ones have together none.
   */
  const recovered = (answers: readonly Answers[], published: Results, found: Breakdown = breakdown(published)): number => {
    const whole = published.audiences[0]?.items.find(({ id }) => id === "Q1");
    const sideOf = (point: number): string => (point > 3 ? "favourable" : point < 3 ? "unfavourable" : "neutral");
    const count = (of: string | null, side: string): number =>
      answers.filter((ballot) => (ballot.S1 ?? null) === of && sideOf(ballot.Q1 as number) === side).length;
    let sure = 0;
    for (const side of ["favourable", "unfavourable"] as const) {
      if (whole?.kind !== "likert" || isSuppressed(whole) || !isExact(whole[side])) continue;
      const hidden = found.groups.filter(
        ({ of, items }) =>
          items.some(({ id, ...own }) => id === "Q1" && isSuppressed(own)) && answers.some((b) => (b.S1 ?? null) === of[0]),
      );
      const left = hidden.reduce((sum, { of }) => sum + count(of[0] ?? null, side), 0);
      const primary = hidden.filter(({ items }) =>
        items.some((own) => own.id === "Q1" && isSuppressed(own) && own.suppressed !== "complement"),
      );
      if (primary.length > 0 && found.groups.length > hidden.length && (hidden.length === 1 || left < 2) && hidden.length < 5) sure += 1;
    }
    return sure;
  };
  const sizes = fc.array(fc.tuple(fc.nat(14), fc.nat(6), fc.nat(14)), { minLength: 5, maxLength: 5 });

  it("recovers no side of a hidden office while others are shown", () => {
    fc.assert(
      fc.property(sizes, (offices) => {
        const answers = offices.flatMap(([f, m, u], i) => office(["north", "centre", "south", "port"][i] ?? null, f, m, u));
        const found = results(answers);
        if (breakdown(found).groups.every(({ items }) => items.every(isSuppressed))) return;
        expect(recovered(answers, found)).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  it("recovers one where each office is hidden for itself alone", () => {
    const answers = [...north, ...centre, ...south, ...office("port", 3, 2, 2)];
    const found = results(answers);
    const alone = {
      ...breakdown(found),
      groups: breakdown(found).groups.map((group) =>
        group.of[0] === "centre"
          ? (breakdown(results([...answers, ...office("port", 9, 9, 9)])).groups[1] as Breakdown["groups"][number])
          : group,
      ),
    };
    expect(recovered(answers, found, alone)).toBeGreaterThan(0);
  });
});
