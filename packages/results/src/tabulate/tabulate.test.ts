import { fromUtf8, toHex } from "@amana/core/bytes";
import type { Answers, Item, Questionnaire } from "@amana/core/questionnaire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { questionnaireOf, statement } from "../../fixtures/questionnaire.ts";
import { COUNTS, sampleAudience, sampleResults } from "../../fixtures/sample.ts";
import type { Text3 } from "../../fixtures/texts.ts";
import { type AudienceResults, encodeResults, type ItemResult, isSuppressed } from "../document/index.ts";
import { analysisPlanHash, defaultAnalysisPlan } from "../plan/index.ts";
import { tabulate } from "./index.ts";

const text: Text3 = ["t", "t", "t"];
const plan = defaultAnalysisPlan();

function single(id: string, options: readonly string[], extra: Partial<Item> = {}): Item {
  return {
    id,
    kind: "single",
    text: { en: id },
    help: null,
    factor: null,
    showIf: null,
    options: options.map((option) => ({ id: option, text: { en: option } })),
    dontKnow: true,
    preferNot: true,
    ...extra,
  } as Item;
}

function audience(questionnaire: Questionnaire, answers: readonly Answers[], rosterSize = 1000, minimumGroup = 10): AudienceResults {
  const title = { en: "All" };
  const results = tabulate({ round: "r", plan, audiences: [{ id: "all", title, questionnaire, rosterSize, minimumGroup, answers }] });
  return results.audiences[0] as AudienceResults;
}

const repeat = (count: number, answers: Answers): Answers[] => new Array<Answers>(count).fill(answers);
const likert = (counts: readonly number[], id = "L1"): Answers[] => counts.flatMap((count, i) => repeat(count, { [id]: i + 1 }));
const item = (results: AudienceResults, id: string): ItemResult => results.items.find((candidate) => candidate.id === id) as ItemResult;

describe("tabulate", () => {
  it("gives the research's figures for 220 officials and 280 traders", () => {
    const questionnaire = questionnaireOf([statement("L1", text, { factor: "F01" })], ["F01"]);
    const officials = audience(questionnaire, likert(COUNTS.O));
    expect(item(officials, "L1")).toEqual({
      id: "L1",
      kind: "likert",
      base: { asked: 220, n: 220, dontKnow: 0, preferNot: 0, unanswered: 0 },
      favourable: { value: 65, low: 58, high: 71 },
      neutral: { value: 18, low: 13, high: 24 },
      unfavourable: { value: 17, low: 13, high: 23 },
    });
    // 66.136 and 39.286 with standard errors of 1.866 and 1.786
    expect(officials.factors).toEqual([{ id: "F01", n: 220, index: { value: 66, low: 62, high: 70 } }]);
    expect(audience(questionnaire, likert(COUNTS.P)).factors).toEqual([{ id: "F01", n: 280, index: { value: 39, low: 36, high: 43 } }]);
  });

  it("turns negative items round", () => {
    const questionnaire = questionnaireOf([statement("L1", text, { polarity: "negative", factor: "F01" })], ["F01"]);
    const results = audience(questionnaire, likert(COUNTS.O));
    expect(item(results, "L1")).toMatchObject({ favourable: { value: 17 }, unfavourable: { value: 65 } });
    expect(results.factors).toMatchObject([{ index: { value: 34 } }]);
  });

  it("keeps don't know, prefer not to say and unanswered apart, and out of the base", () => {
    const answers = [
      ...likert([10, 20, 20, 30, 20]),
      ...repeat(12, { L1: "dont_know" }),
      ...repeat(7, { L1: "prefer_not" }),
      ...repeat(2, {}),
    ];
    expect(item(audience(questionnaireOf([statement("L1", text)]), answers), "L1")).toMatchObject({
      base: { asked: 120, n: 100, dontKnow: 10, preferNot: 5, unanswered: 0 },
      favourable: { value: 50 },
    });
  });

  it("says of comments only that there was a question", () => {
    const comment: Item = { id: "C1", kind: "text", text: { en: "c" }, help: null, factor: null, showIf: null, maxBytes: 100 };
    const results = audience(questionnaireOf([comment]), repeat(20, { C1: "canary words" }));
    expect(results.items).toEqual([{ id: "C1", kind: "text" }]);
  });

  it("counts options of single and multiple items", () => {
    const several = { ...single("M1", ["a", "b", "c"]), kind: "multiple", max: 2 } as Item;
    const answers = [...repeat(30, { S1: "a", M1: ["a", "b"] }), ...repeat(50, { S1: "b", M1: ["b"] }), ...repeat(20, { S1: "c" })];
    const results = audience(questionnaireOf([single("S1", ["a", "b", "c"]), several]), answers);
    expect(item(results, "S1")).toMatchObject({
      options: [
        { id: "a", share: { value: 30 } },
        { id: "b", share: { value: 50 } },
        { id: "c", share: { value: 20 } },
      ],
    });
    expect(item(results, "M1")).toMatchObject({
      base: { n: 80, unanswered: 20 },
      options: [{ share: { value: 38 } }, { share: { atLeast: 95 } }, { share: { atMost: 5 } }],
    });
  });

  it("hides an audience below the minimum, the larger of the plan's and the manifest's", () => {
    const questionnaire = questionnaireOf([statement("L1", text, { factor: "F01" }), single("S1", ["a", "b"])], ["F01"]);
    const below = { suppressed: "below-minimum" };
    for (const [ballots, minimum] of [
      [9, 5],
      [14, 15],
    ] as const) {
      const results = audience(questionnaire, repeat(ballots, { L1: 3, S1: "a" }), 100, minimum);
      expect(results).toMatchObject({ invited: 100, counted: below, factors: [below], items: [below, below] });
    }
    expect(audience(questionnaire, [], 100).counted).toEqual(below);
  });

  it("never counts more ballots than there are people", () => {
    const questionnaire = questionnaireOf([statement("L1", text)]);
    expect(audience(questionnaire, repeat(13, { L1: 3 }), 13).counted).toEqual({ n: 13 });
    expect(audience(questionnaire, repeat(13, { L1: 3 }), 40).counted).toEqual({ n: 15 });
  });

  it("is canonical JSON of whole numbers and words, under the hash of its plan", () => {
    const results = sampleResults();
    const check = (value: unknown): void => {
      if (typeof value === "object" && value !== null) Object.values(value).forEach(check);
      else if (typeof value === "number") expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
      else expect(typeof value).toBe("string");
    };
    check(results);
    expect(results.plan).toBe(toHex(analysisPlanHash(plan)));
    expect(JSON.parse(fromUtf8(encodeResults(results)))).toEqual(results);
  });

  it("gives the same bytes for the same ballots in any order", () => {
    const officials = sampleAudience("O", 70);
    const traders = sampleAudience("P", 90);
    const bytes = (first: readonly Answers[], second: readonly Answers[]): string =>
      toHex(
        encodeResults(
          tabulate({
            round: "r",
            plan,
            audiences: [
              { ...officials, answers: first },
              { ...traders, answers: second },
            ],
          }),
        ),
      );
    const expected = bytes(officials.answers, traders.answers);
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...officials.answers], { minLength: 70, maxLength: 70 }),
        fc.shuffledSubarray([...traders.answers], { minLength: 90, maxLength: 90 }),
        (first, second) => {
          expect(bytes(first, second)).toBe(expected);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ["a point outside the scale", { L1: 6 }],
    ["a point that is not whole", { L1: 1.5 }],
    ["a word for a point", { L1: "4" }],
    ["an unknown option", { S1: "z" }],
    ["two options of one", { S1: ["a", "b"] }],
  ])("refuses to count a ballot with %s", (_, ballot) => {
    const questionnaire = questionnaireOf([statement("L1", text), single("S1", ["a", "b"])]);
    expect(() => audience(questionnaire, repeat(20, ballot as Answers))).toThrow(TypeError);
  });

  it("is not misled by what every object inherits", () => {
    const results = audience(questionnaireOf([statement("constructor", text)]), repeat(20, {}));
    expect(results.items).toEqual([{ id: "constructor", kind: "likert", suppressed: "below-minimum" }]);
  });
});

describe("factor index", () => {
  const two = questionnaireOf(
    [1, 2, 3].map((i) => statement(`L${i}`, text, { factor: "F01" })),
    ["F01", "F02"],
  );

  it("takes ballots that answered at least half of the items, and no factor without items", () => {
    const answers = [...repeat(20, { L1: 5, L2: 3, L3: "dont_know" }), ...repeat(20, { L1: 1, L2: 3, L3: 2 }), ...repeat(50, { L1: 5 })];
    // (100 + 50) / 2 = 75 and (0 + 50 + 25) / 3 = 25: the mean is 50, n is 40
    expect(audience(two, answers).factors).toMatchObject([{ id: "F01", n: 40, index: { value: 50 } }]);
  });

  it("hides the index beside one hidden item, which it would give back", () => {
    const spread = [
      { L1: 5, L2: 5, L3: 1 },
      { L1: 1, L2: 1, L3: 1 },
      { L1: 3, L2: 3, L3: 2 },
    ];
    const results = audience(
      two,
      spread.flatMap((ballot) => repeat(15, ballot)),
    );
    expect(results.items.map((result) => isSuppressed(result))).toEqual([false, false, true]);
    expect(results.factors).toEqual([{ id: "F01", suppressed: "complement" }]);
    const hidden = audience(two, repeat(45, { L1: 5, L2: 1, L3: 2 }));
    expect(hidden.factors).toEqual([{ id: "F01", suppressed: "unanimous" }]);
  });
});

describe("conditional items", () => {
  const asked = { showIf: { item: "S1", in: ["a"] } } as const;
  const questionnaire = questionnaireOf([
    single("S1", ["a", "b"]),
    statement("L1", text, asked),
    statement("L2", text, { showIf: { not: { all: [{ any: [{ item: "L1", in: [1] }] }] } } }),
  ]);

  it("rest on those who were asked, and ignore answers of those who were not", () => {
    const answers = [...likert([10, 10, 5, 10, 10]).map((ballot): Answers => ({ ...ballot, S1: "a" })), ...repeat(60, { S1: "b", L1: 5 })];
    expect(item(audience(questionnaire, answers), "L1")).toMatchObject({
      base: { asked: 45, n: 45, unanswered: 0 },
      favourable: { value: 44 },
    });
  });

  it("are hidden where too few were asked", () => {
    const answers = [...repeat(9, { S1: "a", L1: 3 }), ...repeat(100, { S1: "b" })];
    expect(item(audience(questionnaire, answers), "L1")).toEqual({ id: "L1", kind: "likert", suppressed: "below-minimum" });
  });

  it("are hidden with the item that they hang on: how many were asked would say how many gave the answer", () => {
    const answers = [...likert([10, 10, 10, 10, 10]).map((ballot): Answers => ({ ...ballot, S1: "a" })), { S1: "b" }];
    const results = audience(questionnaire, answers);
    expect(item(results, "S1")).toMatchObject({ suppressed: "unanimous" });
    expect(item(results, "L1")).toEqual({ id: "L1", kind: "likert", suppressed: "complement" });
    expect(item(results, "L2")).toMatchObject({ suppressed: "below-minimum" });
  });
});
