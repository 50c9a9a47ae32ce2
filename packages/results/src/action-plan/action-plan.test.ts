import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { PLAN, Q1, RELEASES, results, say } from "../../fixtures/plan.ts";
import {
  type ActionPlan,
  actionPlanHash,
  type Cell,
  changeBetween,
  checkPlanFile,
  compilePlan,
  decodeActionPlan,
  encodeActionPlan,
  figureAt,
  findCell,
  historyProblems,
  type Measure,
  measureStatus,
  type PlanFile,
  planChanges,
  type Update,
} from "../index.ts";
import { detectableChange } from "./index.ts";

const NOW = new Date("2027-02-10T12:00:00Z");

function gapsOf(file: PlanFile, previous: ActionPlan | null = null, now = NOW): string[] {
  try {
    compilePlan(file, { releases: RELEASES, previous, now });
    return [];
  } catch (error) {
    if (!isAmanaError(error, "ERR_PLAN_INVALID")) throw error;
    return (error.details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
  }
}

const compiled = (file: PlanFile = PLAN, previous: ActionPlan | null = null, now = NOW): ActionPlan =>
  compilePlan(file, { releases: RELEASES, previous, now });

function withMeasure(change: Partial<PlanFile["measures"][number]>, index = 0): PlanFile {
  return { ...PLAN, measures: PLAN.measures.map((measure, place) => (place === index ? { ...measure, ...change } : measure)) };
}

const update = (change: Partial<PlanFile["updates"][number]>): PlanFile["updates"][number] => ({
  id: "U1",
  measure: "M1",
  date: "2027-02-05",
  event: "started",
  text: say("Begun."),
  evidence: [],
  measured: null,
  ...change,
});

describe("a plan without gaps", () => {
  it("becomes a revision whose figures are those of the signed releases, and has one encoding", () => {
    const plan = compiled();
    expect(plan).toMatchObject({ type: "plan", revision: 0, previous: null, published: NOW.getTime() / 1000 });
    expect(plan.measures[0]?.indicator.cell).toEqual({
      ...Q1,
      release: "01".repeat(32),
      pointer: "/audiences/0/items/0/favourable",
      figure: { value: 65, low: 58, high: 71, n: 220 },
    });
    expect(plan.statements.map(({ consultation }) => consultation?.class)).toEqual(["common ground", "shared rejection", undefined]);
    expect(plan.statements[0]?.consultation?.cells).toEqual(["/audiences/0/items/4", "/audiences/1/items/4"]);
    const bytes = encodeActionPlan(plan);
    expect(encodeActionPlan(decodeActionPlan(bytes))).toEqual(bytes);
    for (const cell of [plan.measures[0]?.indicator.cell, plan.measures[1]?.indicator.cell] as Cell[])
      expect(figureAt(RELEASES.get(cell.round)?.results, cell.pointer)).toEqual(cell.figure);
  });
});

describe("the gaps of a plan", () => {
  it.each<[string, PlanFile, string]>([
    [
      "common ground with neither measure nor refusal",
      withMeasure({ statements: [] }),
      "/statements/0 is common ground, and has neither a measure nor a refusal with its reason",
    ],
    [
      "a refusal of what has a measure",
      {
        ...PLAN,
        statements: PLAN.statements.map((each) => ({
          ...each,
          refusal: each.id === "S1" ? { by: "officials", reason: say("No.") } : null,
        })),
      },
      "/statements/0/refusal is refused and has a measure",
    ],
    [
      "a side that owns nothing",
      withMeasure({ owner: { side: "officials", role: say("Office") }, partner: null }, 1),
      "/sides/1 owns no measure",
    ],
    [
      "a target that chance could reach",
      withMeasure({ indicator: { text: say("I"), cell: Q1, target: 70, expectedBase: null } }),
      "/measures/0/indicator/target is too near: with 220 answers in the next wave only 78 or more can be told from 65",
    ],
    [
      "a target below the baseline that is too near",
      withMeasure({ indicator: { text: say("I"), cell: Q1, target: 60, expectedBase: 100_000 } }),
      "/measures/0/indicator/target is too near: with 100000 answers in the next wave only 55 or less can be told from 65",
    ],
    [
      "a target that is no change",
      withMeasure({ indicator: { text: say("I"), cell: Q1, target: 65, expectedBase: null } }),
      "/measures/0/indicator/target is what the baseline already is",
    ],
    [
      "a target that too few can show",
      withMeasure({ indicator: { text: say("I"), cell: Q1, target: 100, expectedBase: 5 } }),
      "/measures/0/indicator/target with 5 answers in the next wave no change in this direction can be told from chance",
    ],
    [
      "an indicator that is hidden",
      withMeasure({ indicator: { text: say("I"), cell: { ...Q1, item: "Q2", measure: "favourable" }, target: 80, expectedBase: null } }),
      "/measures/0/indicator/cell no release cell carries it: the figure is hidden",
    ],
    [
      "an indicator of which only a bound is published",
      withMeasure({ indicator: { text: say("I"), cell: { ...Q1, item: "Q3", measure: "favourable" }, target: 80, expectedBase: null } }),
      "/measures/0/indicator/cell no release cell carries it: only a bound is published",
    ],
    [
      "an indicator of a round that has no release",
      withMeasure({ indicator: { text: say("I"), cell: { ...Q1, round: "wave-9" } as typeof Q1, target: 80, expectedBase: null } }),
      "/measures/0/indicator/cell no release cell carries it: no release of the round wave-9 was given",
    ],
    ["a due day before the start", withMeasure({ start: "2027-10-01" }), "/measures/0/due is before its start"],
    [
      "a due day after the wave",
      withMeasure({ due: "2028-11-06" }, 1),
      "/measures/1/due is not before the wave that is to measure it opens",
    ],
    [
      "a measure that waits for a later one",
      withMeasure({ start: "2027-05-01" }, 1),
      "/measures/1/after/0 is due only after this one starts",
    ],
    ["measures that wait for each other", withMeasure({ after: ["M2"] }), "/measures/0/after waits for itself"],
    [
      "a finding that nobody answers",
      { ...PLAN, findings: [...PLAN.findings, { ...PLAN.findings[0], id: "F2" }] as PlanFile["findings"] },
      "/findings/1 no measure answers it",
    ],
    [
      "a finding without causes",
      { ...PLAN, findings: [{ ...PLAN.findings[0], causes: [] }] as unknown as PlanFile["findings"] },
      "/findings/0/causes names no cause",
    ],
    [
      "a finding without figures",
      { ...PLAN, findings: [{ ...PLAN.findings[0], figures: [] }] as unknown as PlanFile["findings"] },
      "/findings/0/figures rests on no published figure",
    ],
    [
      "an owner that is a person",
      withMeasure({ owner: { side: "officials", role: say("a@b.example") } }),
      "/measures/0/owner/role expected a role: no address, no number of a person",
    ],
    [
      "a partner of the same side",
      withMeasure({ partner: { side: "officials", role: say("x") } }),
      "/measures/0/partner/side is the owner's own side",
    ],
    ["a text that is not in every language", { ...PLAN, title: { ar: "خطة", fr: " " } }, "/title is not there in fr, en"],
    [
      "a text in a language of its own",
      { ...PLAN, title: { ...say("x"), es: "x" } },
      "/title is in a language that the plan does not have",
    ],
    ["an id twice", { ...PLAN, statements: [...PLAN.statements, ...PLAN.statements.slice(2)] }, "/statements/3/id stands there twice"],
    ["a finding that is none", withMeasure({ finding: "F9" }), "/measures/0/finding no finding has this id"],
    ["a statement that is none", withMeasure({ statements: ["S1", "S9"] }), "/measures/0/statements/1 no statement has this id"],
    ["a measure that is none", withMeasure({ after: ["M9"] }), "/measures/0/after/0 no measure has this id"],
    [
      "an owner's side that is none",
      withMeasure({ owner: { side: "guests", role: say("x") } }),
      "/measures/0/owner/side no side has this id",
    ],
    ["an update on nothing", { ...PLAN, updates: [update({ measure: "M9" })] }, "/updates/0/measure no measure has this id"],
    ["an update from the future", { ...PLAN, updates: [update({ date: "2027-02-11" })] }, "/updates/0/date lies in the future"],
    [
      "updates out of order",
      { ...PLAN, updates: [update({}), update({ id: "U2", date: "2027-02-04" })] },
      "/updates/1/date is before the update before it",
    ],
    [
      "an update after the end",
      { ...PLAN, updates: [update({ event: "done" }), update({ id: "U2", event: "progress" })] },
      "/updates/1/event comes after the measure was done or stopped",
    ],
    [
      "a measured event without a figure",
      { ...PLAN, updates: [update({ event: "measured" })] },
      "/updates/0/measured a figure belongs to the event measured, and to no other",
    ],
    [
      "a figure of something else",
      { ...PLAN, updates: [update({ event: "measured", measured: { round: "wave-2", audience: "officials", factor: "F03" } })] },
      "/updates/0/measured is not the indicator's figure of a later round",
    ],
    [
      "a statement that nobody was asked about",
      {
        ...PLAN,
        statements: PLAN.statements.map((each) => (each.id === "S2" ? { ...each, consultation: { round: "talk", item: "S9" } } : each)),
      },
      "/statements/1/consultation no release cell carries it: the release has no such statement for officials, private-sector",
    ],
  ])("names %s", (_, file, gap) => {
    expect(gapsOf(file)).toContain(gap);
  });

  it("are named all at once, and what hangs on a missing figure is not judged", () => {
    const file = withMeasure({
      due: "2027-01-01",
      statements: [],
      indicator: { text: say("I"), cell: { ...Q1, item: "none", measure: "favourable" }, target: 66, expectedBase: null },
    });
    expect(gapsOf(file)).toEqual([
      "/measures/0/indicator/cell no release cell carries it: the release has no item none",
      "/statements/0 is common ground, and has neither a measure nor a refusal with its reason",
      "/measures/0/due is before its start",
    ]);
  });
});

describe("checkPlanFile", () => {
  it("takes what may be left out, and names every mistake of the shape at once", () => {
    const { updates: _, ...short } = PLAN;
    expect(checkPlanFile(short)).toEqual({ ...short, updates: [] });
    const wrong = {
      ...PLAN,
      more: 1,
      nextWave: { round: "wave-2", opens: "2028-02-31" },
      measures: [{ ...PLAN.measures[0], effort: "huge" }],
    };
    expect(() => checkPlanFile(wrong)).toThrow(expect.objectContaining({ code: "ERR_PLAN_INVALID" }));
    try {
      checkPlanFile(wrong);
    } catch (error) {
      const paths = isAmanaError(error) ? (error.details.problems ?? []).map(({ path }) => path) : [];
      expect(paths.sort()).toEqual(["/measures/0/effort", "/more", "/nextWave/opens"]);
    }
  });

  it.each(["http://example.org/", "javascript:alert(1)", 'https://example.org/"x', "data:text/html,x"])(
    "lets no evidence at %s",
    (address) => {
      expect(() => checkPlanFile({ ...PLAN, updates: [update({ evidence: [{ text: null, address, sha256: null }] })] })).toThrow();
    },
  );
});

describe("detectableChange", () => {
  const share = (value: number, n: number): Cell => ({ ...Q1, release: "", pointer: "", figure: { value, low: 0, high: 0, n } });

  it("gives back statsmodels' NormalIndPower: two waves of 387 tell 60 % from 50 % with 80 % power", () => {
    expect(detectableChange(share(50, 387), 387).above).toBeCloseTo(60, 1);
    expect(detectableChange(share(50, 387), 387).below).toBeCloseTo(40, 1);
  });

  it("of an index rests on its published limits", () => {
    const cell: Cell = {
      round: "w",
      audience: "a",
      factor: "F",
      release: "",
      pointer: "",
      figure: { value: 66, low: 62, high: 70, n: 220 },
    };
    // se = 8 / (2 · 1.97086) = 2.02957; 2.80159 · 2.02957 · √2 = 8.0412
    expect(detectableChange(cell, 220).above).toBeCloseTo(66 + 8.0412, 3);
    expect(detectableChange({ ...cell, figure: { ...cell.figure, value: 2 } }, 220).below).toBeNull();
  });

  it("is none for a handful", () => {
    expect(detectableChange(share(50, 4), 387)).toEqual({ below: null, above: null });
  });
});

describe("changeBetween", () => {
  it("is Newcombe's interval, from what is published", () => {
    // 143/220 against 120/250: 0.0802552, 0.2556492 exact; here from limits in whole points.
    const { points, low, high } = changeBetween({ value: 48, low: 42, high: 54, n: 250 }, { value: 65, low: 58, high: 71, n: 220 });
    expect(points).toBe(17);
    expect(low).toBeCloseTo(17 - Math.hypot(7, 6), 9);
    expect(high).toBeCloseTo(17 + Math.hypot(6, 6), 9);
  });
});

describe("measureStatus", () => {
  const seen = (today: string, ...updates: Partial<PlanFile["updates"][number]>[]): string => {
    const file = { ...PLAN, updates: updates.map((each, index) => update({ id: `U${index + 1}`, ...each })) };
    const plan = compiled(file, null, new Date("2029-01-01T00:00:00Z"));
    return measureStatus(plan, plan.measures[0] as Measure, today);
  };
  const evidence = [{ text: null, address: "https://example.org/", sha256: null }];
  const measured = (round: string): Partial<Update> => ({
    date: "2028-12-01",
    event: "measured",
    measured: { ...Q1, round } as Cell,
  });

  it.each<[string, string, Partial<Update>[]]>([
    ["planned", "2027-02-01", []],
    ["not-started", "2027-02-02", []],
    ["under-way", "2027-05-05", [{}]],
    ["quiet", "2027-05-07", [{}]],
    ["overdue", "2027-10-01", [{}]],
    ["done", "2027-10-01", [{ event: "done", evidence }]],
    ["done-without-evidence", "2027-10-01", [{ event: "done" }]],
    ["effect-shown", "2029-01-01", [{ event: "done", evidence }, measured("wave-2")]],
    ["stopped", "2027-10-01", [{ event: "stopped" }]],
    ["planned", "2027-01-05", [{ event: "stopped" }]],
  ])("is %s on %s after %j", (status, today, updates) => {
    expect(seen(today, ...updates)).toBe(status);
  });

  it("says that no effect was shown when the figure did not move by more than chance, whatever anyone wishes", () => {
    const plan = compiled({ ...PLAN, updates: [update({ event: "done", evidence })] });
    const cell = plan.measures[0]?.indicator.cell as Cell;
    const later = (value: number, low: number, high: number): ActionPlan => ({
      ...plan,
      updates: [
        ...plan.updates,
        {
          ...update({ id: "U2", date: "2028-12-01", event: "measured" }),
          measured: { ...cell, round: "wave-2", figure: { value, low, high, n: 220 } },
        },
      ] as Update[],
    });
    const status = (now: ActionPlan): string => measureStatus(now, now.measures[0] as Measure, "2029-01-01");
    expect(status(later(70, 64, 76))).toBe("effect-not-shown");
    expect(status(later(50, 43, 57))).toBe("effect-not-shown");
    expect(status(later(80, 74, 85))).toBe("effect-shown");
  });
});

describe("the history of a plan", () => {
  const first = compiled({ ...PLAN, updates: [update({})] });
  const next = (file: PlanFile): ActionPlan => compiled(file, first, new Date("2027-02-12T00:00:00Z"));

  it("goes on with what was moved, added and worded anew, and says so", () => {
    const file = {
      ...withMeasure({ due: "2027-10-01", text: say("One list.") }),
      updates: [update({}), update({ id: "U2", event: "progress" })],
    };
    const plan = next(file);
    expect(plan).toMatchObject({ revision: 1, previous: actionPlanHash(first) });
    expect(historyProblems(first, plan)).toEqual([]);
    expect(planChanges(first, plan)).toEqual([
      { kind: "measure", id: "M1", what: "due", from: "2027-09-30", to: "2027-10-01" },
      { kind: "measure", id: "M1", what: "wording", from: null, to: null },
      { kind: "update", id: "U2", what: "added", from: null, to: null },
    ]);
  });

  it.each<[string, PlanFile, string]>([
    [
      "a changed update",
      { ...PLAN, updates: [update({ text: say("Otherwise.") })] },
      "/updates/0 was published otherwise: updates are added at the end, and stay",
    ],
    ["an update that is gone", PLAN, "/updates/0 was published otherwise: updates are added at the end, and stay"],
    [
      "a measure that is gone",
      { ...PLAN, measures: PLAN.measures.slice(0, 1), updates: [update({})] },
      "/measures M2 was published and is not there any more",
    ],
    [
      "another baseline",
      {
        ...withMeasure({ indicator: { text: say("I"), cell: { ...Q1, audience: "private-sector" }, target: 80, expectedBase: null } }),
        updates: [update({})],
      },
      "/measures/0/indicator/cell is another baseline than the published one",
    ],
    ["another plan", { ...PLAN, plan: "other", updates: [update({})] }, "/plan is another plan than the published one"],
  ])("cannot be rewritten: %s", (_, file, gap) => {
    expect(gapsOf(file, first, new Date("2027-02-12T00:00:00Z"))).toContain(gap);
  });

  it("cannot move a target once it was measured", () => {
    const measured = compiled(
      {
        ...PLAN,
        updates: [
          update({ event: "done" }),
          update({ id: "U2", date: "2028-12-01", event: "measured", measured: { ...Q1, round: "wave-2" } }),
        ],
      },
      null,
      new Date("2029-01-01T00:00:00Z"),
    );
    const moved = {
      ...withMeasure({ indicator: { text: say("Can find out"), cell: Q1, target: 79, expectedBase: null } }),
      updates: measured.updates,
    };
    const plan = {
      ...measured,
      ...compiled(moved as never, null, new Date("2029-01-02T00:00:00Z")),
      revision: 1,
      previous: actionPlanHash(measured),
    };
    expect(historyProblems(measured, plan).map(({ message }) => message)).toEqual(["was changed after it was measured"]);
  });
});

describe("findCell and figureAt", () => {
  it("find options and factors, and never go beyond the tables", () => {
    expect(findCell(RELEASES, { round: "talk", audience: "officials", item: "S1", measure: "agree" })).toMatchObject({
      pointer: "/audiences/0/items/4/options/0/share",
    });
    expect(findCell(RELEASES, { round: "talk", audience: "officials", item: "S1", measure: "none" })).toEqual({
      missing: "the item has no option none",
    });
    expect(findCell(RELEASES, { round: "talk", audience: "nobody", item: "S1", measure: "agree" })).toEqual({
      missing: "the release has no audience nobody",
    });
    expect(findCell(RELEASES, { round: "talk", audience: "officials", item: "C1", measure: "x" })).toEqual({
      missing: "there is no figure",
    });
    const document = results("wave-1", { value: 65, low: 58, high: 71 });
    for (const pointer of [
      "",
      "/audiences/0/invited",
      "/audiences/9/items/0/favourable",
      "/constructor/items/0/favourable",
      "/audiences/0/items/__proto__/favourable",
    ])
      expect(figureAt(document, pointer)).toEqual({ missing: "there is no figure" });
    expect(figureAt(null, "/audiences/0/factors/0/index")).toEqual({ missing: "there is no figure" });
  });
});
