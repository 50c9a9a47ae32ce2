import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleOptions, sampleResults } from "../../fixtures/sample.ts";
import { scaleQuestionnaire } from "../../fixtures/scales.ts";
import type { Results } from "../document/index.ts";
import { groupedAnalysisPlan } from "../plan/index.ts";
import { tabulate } from "../tabulate/index.ts";
import { cell, resultsCsv } from "./csv.ts";

const { questionnaires } = sampleOptions;

/** RFC 4180, strictly. */
function parse(csv: string): string[][] {
  expect(csv.endsWith("\r\n")).toBe(true);
  const lines: string[][] = [];
  const line: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(csv); match !== null && field.lastIndex <= csv.length; match = field.exec(csv)) {
    line.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n") lines.push(line.splice(0));
    if (field.lastIndex === csv.length) break;
  }
  return lines;
}

describe("resultsCsv", () => {
  const lines = parse(resultsCsv(sampleResults(), { locale: "en", questionnaires }));
  const find = (...wanted: readonly string[]): string[] | undefined => lines.find((line) => wanted.every((value) => line.includes(value)));

  it("has one line for one figure, all of one width", () => {
    expect(lines[0]).toEqual([
      "round",
      "audience",
      "table",
      "id",
      "measure",
      "text",
      "status",
      "value",
      "low",
      "high",
      "unit",
      "n",
      "reason",
    ]);
    expect(new Set(lines.map((line) => line.length))).toEqual(new Set([13]));
    expect(lines.length).toBeGreaterThan(200);
  });

  it("has counts, factors, items, options and gaps with their limits", () => {
    expect(find("officials", "counted")).toEqual([
      "wave-2026",
      "officials",
      "participation",
      "",
      "counted",
      "",
      "shown",
      "220",
      "",
      "",
      "people",
      "",
      "",
    ]);
    expect(find("O1", "favourable")?.slice(6)).toEqual(["shown", "65", "58", "71", "percent", "220", ""]);
    expect(find("officials", "F01")?.slice(4)).toEqual(["index", "Leadership", "shown", "67", "64", "70", "index", "220", ""]);
    expect(find("M01")?.slice(2)).toEqual(["gap", "M01", "officials - private-sector", "", "shown", "42", "34", "50", "points", "", ""]);
    expect(find("M08")?.slice(4, 10)).toEqual(["private-sector - officials", "", "shown", "8", "-1", "17"]);
    expect(find("O3", "unfavourable")?.slice(6)).toEqual(["at-most", "5", "", "", "percent", "205", ""]);
  });

  it("has each group as a table of its own, hidden ones with their reason", () => {
    const questionnaire = scaleQuestionnaire(1, ["north", "port"]);
    const answers = Array.from({ length: 67 }, (_, i) => ({ S1: i < 60 ? "north" : "port", Q1: [5, 4, 3, 2, 1][i % 5] as number }));
    const audience = { id: "officials", title: { en: "Officials" }, questionnaire, rosterSize: 90, minimumGroup: 10, answers };
    const plan = groupedAnalysisPlan([{ audience: "officials", by: ["S1"] }]);
    const grouped = parse(
      resultsCsv(tabulate({ round: "w", plan, audiences: [audience] }), { locale: "en", questionnaires: { officials: questionnaire } }),
    );
    const groups = grouped.filter(([, , table = ""]) => table.startsWith("group "));
    expect(groups.map(([, , table, id, measure, , status, value]) => [table, id, measure, status, value].join(" "))).toContain(
      "group S1=  counted shown 0",
    );
    expect(groups.filter(([, , table]) => table === "group S1=port").map((line) => line[12])).toEqual(["below-minimum", "below-minimum"]);
  });

  it("has a line with a reason and no value for what is hidden", () => {
    expect(find("O3", "neutral")?.slice(6)).toEqual(["suppressed", "", "", "", "", "205", "complement"]);
    const small = parse(resultsCsv(sampleResults(9, 9), { locale: "en", questionnaires }));
    const hidden = small.filter((line) => line[12] !== "" && line[12] !== "reason");
    expect(hidden.every((line) => line[6] === "suppressed" && line[7] === "")).toBe(true);
    expect(small.filter((line) => line[6] === "shown").map((line) => line[4])).toEqual(["invited", "invited"]);
  });

  it("tells shares of all from shares that leave out the answers of few, and at-least bounds", () => {
    const results = sampleResults();
    const audiences = results.audiences.map((audience) => ({
      ...audience,
      items: audience.items.map((item) =>
        item.kind === "single" && "options" in item
          ? { ...item, options: item.options.map((option, i) => ({ ...option, share: i === 0 ? { atMost: 5 } : { atLeast: 95 } })) }
          : item,
      ),
    }));
    const changed = parse(resultsCsv({ ...results, audiences }, { locale: "en", questionnaires }));
    expect(changed.filter((line) => line[3] === "X1" && line[10] === "percent of others").map((line) => line[6])).toContain("at-least");
  });

  it("refuses results that do not fit together", () => {
    expect(() => resultsCsv(sampleResults(), { locale: "en", questionnaires: {} })).toThrow(TypeError);
    const results = sampleResults();
    const torn: Results = { ...results, audiences: results.audiences.map((audience) => ({ ...audience, items: [] })) };
    expect(() => resultsCsv(torn, { locale: "en", questionnaires })).toThrow(TypeError);
  });
});

describe("cell", () => {
  it.each(["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n@x", "|cmd", "%0A", "＝1", "＠x"])(
    "takes the meaning of a formula from %j",
    (text) => {
      expect(cell(text).replace(/^"/, "").startsWith("'")).toBe(true);
    },
  );

  it("leaves numbers and plain texts alone, and quotes what would break the line", () => {
    expect(cell(-5)).toBe("-5");
    expect(cell("plain, text")).toBe('"plain, text"');
    expect(cell('say "x"')).toBe('"say ""x"""');
    expect(cell("plain")).toBe("plain");
  });

  it("never starts a formula, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const value = parse(`${cell(text)}\r\n`)[0]?.[0] ?? "";
        expect(value).not.toMatch(/^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/);
      }),
    );
  });
});
