import { fromUtf8, SHA256, toHex, utf8 } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { sampleQuestionnaire } from "../../fixtures/questionnaire.ts";
import {
  analysisPlanHash,
  checkAnalysisPlan,
  decodeAnalysisPlan,
  defaultAnalysisPlan,
  encodeAnalysisPlan,
  groupedAnalysisPlan,
  tableProblems,
} from "./index.ts";

const BYTES =
  '{"confidence":95,"minimumGroup":10,"protocol":"amana/1","rounding":{"base":5,"points":1},"tables":"audience","type":"analysis-plan"}';

function problems(value: unknown): readonly string[] {
  try {
    checkAnalysisPlan(value);
    return [];
  } catch (error) {
    if (!isAmanaError(error, "ERR_ANALYSIS_PLAN_INVALID")) throw error;
    return (error.details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
  }
}

describe("analysis plan", () => {
  it("is canonical JSON whose hash the manifest holds", () => {
    const plan = defaultAnalysisPlan();
    expect(fromUtf8(encodeAnalysisPlan(plan))).toBe(BYTES);
    expect(toHex(analysisPlanHash(plan))).toBe(toHex(SHA256(utf8(BYTES))));
    expect(decodeAnalysisPlan(utf8(BYTES))).toEqual(plan);
  });

  it("has another hash for another minimum", () => {
    expect(toHex(analysisPlanHash(defaultAnalysisPlan(11)))).not.toBe(toHex(analysisPlanHash(defaultAnalysisPlan())));
  });

  it("never goes under five people, whoever asks", () => {
    expect(defaultAnalysisPlan(5).minimumGroup).toBe(5);
    for (const minimum of [4, 0, -10, 7.5, Number.NaN, 2 ** 60]) {
      expect(problems({ ...defaultAnalysisPlan(), minimumGroup: minimum })).toEqual(["/minimumGroup expected a whole number, at least 5"]);
    }
    expect(() => defaultAnalysisPlan(4)).toThrow("The analysis plan has mistakes.");
  });

  it("names every mistake at once", () => {
    const { type: _, ...rest } = defaultAnalysisPlan();
    expect(
      problems({ ...rest, protocol: "amana/2", rounding: { base: 1, points: 1, secret: 1 }, tables: "region", more: 1, evenMore: 2 }),
    ).toEqual([
      '/protocol expected "amana/1"',
      "/type is missing",
      "/rounding/base expected 5",
      "/rounding has 1 unknown field",
      '/tables expected "audience"',
      "/ has 2 unknown fields",
    ]);
    expect(problems({ ...defaultAnalysisPlan(), rounding: [] })).toEqual(["/rounding expected an object"]);
  });

  it.each([null, 3, "plan", [], undefined])("refuses %o", (value) => {
    expect(problems(value)).toEqual(["/ expected an object"]);
  });

  it("does not repeat what a stranger wrote", () => {
    expect(JSON.stringify(problems({ ...defaultAnalysisPlan(), "canary-7c": 1, tables: "canary-7c" }))).not.toContain("canary");
  });

  it.each([
    ["white space", ` ${BYTES}`],
    ["another order", BYTES.replace('"confidence":95,', "").replace("}", ',"confidence":95}')],
    ["a number written otherwise", BYTES.replace("95", "95.0")],
    ["no JSON", "{"],
  ])("refuses bytes with %s", (_, text) => {
    expect(() => decodeAnalysisPlan(utf8(text))).toThrow();
  });

  it("tells what is not canonical from what is not a plan", () => {
    const code = (text: string): string => {
      try {
        decodeAnalysisPlan(utf8(text));
      } catch (error) {
        if (isAmanaError(error)) return error.code;
      }
      return "none";
    };
    expect(code(` ${BYTES}`)).toBe("ERR_JSON_CANONICAL");
    expect(code("{")).toBe("ERR_JSON_CANONICAL");
    expect(code("{}")).toBe("ERR_ANALYSIS_PLAN_INVALID");
  });
});

describe("tables by groups", () => {
  const plan = groupedAnalysisPlan([{ audience: "officials", by: ["X1"] }], {
    populations: [{ audience: "officials", item: "X1", people: [40, 120, 120, 120] }],
  });

  it("are named beforehand, with populations and families, and nothing else can be asked for", () => {
    expect(fromUtf8(encodeAnalysisPlan(plan))).toBe(
      '{"confidence":95,"families":{"gaps":"holm","groups":"benjamini-hochberg","waves":"holm"},"minimumGroup":10,"populations":[{"audience":"officials","item":"X1","people":[40,120,120,120]}],"protocol":"amana/1","rounding":{"base":5,"points":1},"tables":[{"audience":"officials","by":["X1"]}],"type":"analysis-plan"}',
    );
    expect(decodeAnalysisPlan(encodeAnalysisPlan(plan))).toEqual(plan);
    expect(problems({ ...plan, families: { ...plan.families, groups: "none" } })).toEqual([
      '/families/groups expected "benjamini-hochberg"',
    ]);
    expect(problems({ ...plan, filter: "X1 = o1" })).toEqual(["/ has 1 unknown field"]);
    expect(problems({ ...defaultAnalysisPlan(), populations: [] })).toEqual(["/ has 1 unknown field"]);
  });

  it.each<[string, unknown]>([
    ["no table", []],
    ["the same table twice", [plan.tables[0], plan.tables[0]]],
    ["three questions at once", [{ audience: "officials", by: ["A", "B", "C"] }]],
    ["one question twice", [{ audience: "officials", by: ["A", "A"] }]],
    ["a condition", [{ audience: "officials", by: ["A"], where: "B" }]],
  ])("refuses %s", (_, tables) => expect(problems({ ...plan, tables })).toHaveLength(1));

  it.each<[string, unknown]>([
    ["people that are no number", [{ audience: "officials", item: "X2", people: ["40", 2] }]],
    [
      "one question twice",
      [
        { audience: "officials", item: "X2", people: [1, 2] },
        { audience: "officials", item: "X2", people: [1, 2] },
      ],
    ],
  ])("refuses populations with %s", (_, populations) => expect(problems({ ...plan, populations })).toHaveLength(1));

  it("fit the questionnaires", () => {
    const audiences = [{ id: "officials", questionnaire: sampleQuestionnaire("O") }];
    const found = (tables: readonly { audience: string; by: readonly [string] }[], people: readonly number[]) =>
      tableProblems(tables, [{ audience: "officials", item: "X1", people }], audiences).map(({ path }) => path);
    expect(found([{ audience: "officials", by: ["X1"] }], [40, 120, 120, 120])).toEqual([]);
    expect(
      found(
        [
          { audience: "officials", by: ["X1"] },
          { audience: "traders", by: ["X1"] },
          { audience: "officials", by: ["O1"] },
        ],
        [40],
      ),
    ).toEqual(["/tables/1/by/0", "/tables/2/by/0", "/populations/0/people"]);
    expect(found([{ audience: "officials", by: ["nothing"] }], [40])).toEqual(["/tables/0/by/0", "/populations/0"]);
  });
});
