import { PROTOCOL } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  aggregateReports,
  type Band,
  bandOf,
  checkReportsPlan,
  defaultReportsPlan,
  encodeReportsAggregate,
  protectTable,
  REPORT_FIELDS,
} from "./index.ts";

const MINIMUM = 5;
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

function* tablesOf(cells: number, all: number): Generator<number[]> {
  if (cells === 1) yield [all];
  else for (let first = 0; first <= all; first++) for (const rest of tablesOf(cells - 1, all - first)) yield [first, ...rest];
}

/** For each hidden cell of each publication, the values below the minimum that whoever knows `all` and the rule cannot tell apart. */
function leftOpen(protect: typeof protectTable, cells: number, all: number): { partly: boolean; small: number; values: number }[] {
  const groups = new Map<string, { shown: readonly (Band | null)[]; tables: number[][] }>();
  for (const counts of tablesOf(cells, all)) {
    const shown = protect(counts, MINIMUM);
    const key = JSON.stringify(shown);
    const group = groups.get(key) ?? { shown, tables: [] };
    groups.set(key, group);
    group.tables.push(counts);
  }
  return [...groups.values()].flatMap(({ shown, tables }) =>
    shown.flatMap((band, at) => {
      const values = new Set(tables.map((counts) => counts[at] as number));
      const small = [...values].filter((value) => value < MINIMUM).length;
      return band === null && small > 0 ? [{ partly: shown.some((each) => each !== null), small, values: values.size }] : [];
    }),
  );
}

describe("a table of reports", () => {
  it("gives no cell below the minimum back to whoever knows the exact number of reports and the rule", () => {
    // Six cells of four each are all that 24 could be, if nothing else were hidden as a whole.
    for (const [cells, from, to] of [
      [2, 5, 40],
      [3, 5, 36],
      [4, 5, 20],
      [6, 24, 24],
    ] as const)
      for (let all = from; all <= to; all++)
        for (const { partly, small, values } of leftOpen(protectTable, cells, all)) {
          expect(values, `${cells} cells, ${all} reports`).toBeGreaterThan(1);
          // Beside cells that are shown, a hidden one may be anything below the minimum.
          if (partly) expect(small).toBe(MINIMUM);
        }
  });

  it("that only hides its small cells gives them back: with an exact total, by subtraction", () => {
    const onlyPrimary: typeof protectTable = (counts, minimum) => counts.map((count) => (count < minimum ? null : bandOf(count, minimum)));
    expect(leftOpen(onlyPrimary, 3, 32).some(({ values }) => values === 1)).toBe(true);
  });

  it("shows no number below the minimum, and of each number only its band", () =>
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 16 }), fc.integer({ min: 5, max: 30 }), (counts, minimum) => {
        for (const [at, band] of protectTable(counts, minimum).entries()) {
          if (band === null) continue;
          const count = counts[at] as number;
          expect(count >= minimum && band.from <= count && count <= band.to).toBe(true);
          expect(band.to - band.from).toBeGreaterThanOrEqual(minimum - 1);
        }
      }),
    ));

  it("has bands of 1, 2 and 5 times the minimum", () => {
    expect([10, 19, 20, 99, 100, 1234].map((count) => bandOf(count, 10))).toEqual([
      { from: 10, to: 19 },
      { from: 10, to: 19 },
      { from: 20, to: 49 },
      { from: 50, to: 99 },
      { from: 100, to: 199 },
      { from: 1000, to: 1999 },
    ]);
  });
});

describe("the aggregate of a channel", () => {
  const plan = { ...defaultReportsPlan(), tables: ["frequency"] } as const;
  const report = (frequency: string, consent = "statistics") => ({ frequency, consent, role: "trader" });

  it("counts who agreed, and nothing that the form does not offer", () => {
    const canary = "Ahmed B., gate 4";
    const reports = [
      ...times(25, report("once")),
      ...times(31, report("repeated", "investigate")),
      ...times(12, report("organised", "mailbox")),
      ...times(14, report(canary)),
      ...times(50, { frequency: "once" }),
      ...times(50, report("once", canary)),
      ...times(3, { consent: "statistics", toString: "x" }),
    ];
    const aggregate = aggregateReports({ round: "reports-1", plan, reports });
    expect(aggregate.reports).toEqual({ from: 50, to: 99 });
    expect(aggregate.tables).toEqual([
      {
        field: "frequency",
        cells: [
          { option: "once", from: 20, to: 49 },
          { option: "repeated", from: 20, to: 49 },
          { option: "organised", from: 10, to: 19 },
          { option: "unanswered", from: 10, to: 19 },
        ],
      },
    ]);
    const bytes = new TextDecoder().decode(encodeReportsAggregate(aggregate));
    expect(bytes).not.toContain("Ahmed");
    expect(encodeReportsAggregate(aggregateReports({ round: "reports-1", plan, reports: reports.toReversed() }))).toEqual(
      encodeReportsAggregate(aggregate),
    );
  });

  it("says nothing of few reports", () => {
    const { reports, tables } = aggregateReports({ round: "r", plan: defaultReportsPlan(), reports: times(9, report("once")) });
    expect(reports).toEqual({ suppressed: "protected" });
    expect(tables.flatMap(({ cells }) => cells).every((cell) => "suppressed" in cell)).toBe(true);
    expect(tables.map(({ field }) => field)).toEqual(Object.keys(REPORT_FIELDS));
  });
});

describe("the plan", () => {
  const problems = (value: unknown): string[] => {
    try {
      checkReportsPlan(value);
      return [];
    } catch (error) {
      if (!isAmanaError(error, "ERR_ANALYSIS_PLAN_INVALID")) throw error;
      return (error.details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
    }
  };
  const plan = { protocol: PROTOCOL, type: "reports-plan", minimumGroup: 10, tables: ["type"] };

  it("never shows place, time and step together, nor any two fields, nor text", () => {
    expect(problems(plan)).toEqual([]);
    const never = "/tables/0 place, time and step are never shown together";
    for (const table of [["region", "period", "step"], ["step", "office", "month", "type"], "region × period × step"])
      expect(problems({ ...plan, tables: [table] })).toEqual([never]);
    expect(problems({ ...plan, tables: [["region", "step"]] })).toEqual([
      "/tables/0 expected one field: tables of several are not published",
    ]);
    for (const table of ["text", "narrative", "consent", "constructor", 4])
      expect(problems({ ...plan, tables: [table] })).toEqual([
        "/tables/0 expected a structured field of reports; free text is never published",
      ]);
  });

  it("names every mistake at once, and goes under no minimum", () => {
    expect(problems({ ...plan, protocol: "x", type: "y", minimumGroup: 4, tables: ["type", "type"], more: 1 })).toHaveLength(5);
    expect(problems({ ...plan, tables: [] })).toHaveLength(1);
    for (const value of [null, [], "plan"]) expect(problems(value)).toEqual(["/ expected an object"]);
    expect(() => defaultReportsPlan(4)).toThrow("The analysis plan has mistakes.");
  });
});
