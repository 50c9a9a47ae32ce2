import { PROTOCOL } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { type Answers, itemsOf } from "@amana/core/questionnaire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { results, say, statement } from "../../fixtures/plan.ts";
import {
  checkStatements,
  consultationAnalysisPlan,
  consultationOutcome,
  consultationQuestionnaire,
  DEFAULT_RULES,
  decodeAnalysisPlan,
  type Exact,
  encodeAnalysisPlan,
  jointPriorities,
  nextRound,
  type OptionsResult,
  type Results,
  redactionProblems,
  type StatementsFile,
  tabulate,
  weighStatement,
} from "../index.ts";

const exact = (value: number, half = 6): Exact => ({ value, low: Math.max(0, value - half), high: Math.min(100, value + half) });
/** A statement with so many of a hundred who agree and disagree; the rest passes. */
const said = (agree: number, n: number, disagree = Math.round((100 - agree) / 2), id = "S1"): OptionsResult =>
  statement(id, exact(agree), [exact(disagree), exact(100 - agree - disagree)], n);

describe("weighStatement", () => {
  it.each<[string, number, number, number, number]>([
    ["common ground", 80, 220, 70, 280],
    ["bridge needed", 91, 220, 30, 280],
    ["bridge needed", 30, 220, 90, 280],
    ["shared rejection", 30, 220, 40, 280],
    ["open", 55, 220, 55, 280],
    // A small group's high share is no agreement yet.
    ["open", 75, 10, 80, 280],
  ])("finds %s: %i of a hundred of %i agree, and %i of a hundred of %i", (found, one, n, other, m) => {
    expect(weighStatement([said(one, n), said(other, m)]).class).toBe(found);
  });

  it("gives the consensus of the fixture: 176 of 220 and 196 of 280", () => {
    const { consensus, least } = weighStatement([said(80, 220), said(70, 280)]);
    expect(consensus).toBeCloseTo(0.556977, 6);
    expect(least).toBeCloseTo(0.698582, 6);
  });

  it("is hidden where one side is, or was not asked", () => {
    const hidden: OptionsResult = { id: "S1", kind: "single", suppressed: "below-minimum" };
    for (const items of [[said(80, 220), hidden], [said(80, 220), undefined], []])
      expect(weighStatement(items)).toEqual({ class: "hidden", consensus: null, least: null });
  });

  it("takes a bound for what it says, and is open where both ends differ", () => {
    const most = statement("S1", { atLeast: 90 }, [{ atMost: 5 }, { atMost: 5 }], 220);
    expect(weighStatement([most, most]).class).toBe("common ground");
    const few = statement("S1", { atMost: 5 }, [exact(60), exact(40)], 220);
    expect(weighStatement([few, few]).class).toBe("shared rejection");
    expect(weighStatement([most, few]).class).toBe("bridge needed");
    // 64 % of those who did not choose a small option: between 60.8 and 64 of all.
    const edge = statement("S1", exact(58), [exact(42), { atMost: 5 }], 220);
    expect(weighStatement([edge, edge]).class).toBe("open");
  });

  it("never calls common ground what the larger side alone wants, whatever the numbers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 49 }),
        fc.integer({ min: 10, max: 400 }),
        fc.integer({ min: 60, max: 100 }),
        fc.integer({ min: 10, max: 5000 }),
        (low, n, high, m) => {
          expect(weighStatement([said(low, n), said(high, m)]).class).not.toBe("common ground");
          expect(weighStatement([said(high, m), said(low, n)]).class).toBe(weighStatement([said(low, n), said(high, m)]).class);
        },
      ),
    );
  });
});

const FILE: StatementsFile = checkStatements({
  consultation: "talk-1",
  locales: ["ar", "fr", "en"],
  title: say("Talk"),
  introduction: say("Weigh these."),
  statements: ["S1", "S2", "S3", "S4"].map((id) => ({ id, text: say(id), source: "finding" })),
});

const talk = (round: string, ...shares: readonly (readonly [id: string, officials: number, traders: number])[]): Results => {
  const base = results(round, exact(50));
  return {
    ...base,
    audiences: base.audiences.map((audience, side) => ({
      ...audience,
      items: shares.map(([id, officials, traders]) => said(side === 0 ? officials : traders, side === 0 ? 220 : 280, undefined, id)),
    })),
  };
};

describe("consultationOutcome and nextRound", () => {
  const first = talk("talk-1", ["S1", 80, 70], ["S2", 90, 30], ["S3", 55, 52], ["S4", 20, 30]);

  it("settles common ground and rejection, and asks the rest again, in an order that the figures give", () => {
    const outcomes = consultationOutcome([first], DEFAULT_RULES);
    expect(outcomes.map(({ id, class: found, outcome }) => [id, found, outcome])).toEqual([
      ["S1", "common ground", "settled"],
      ["S2", "bridge needed", "again"],
      ["S3", "open", "again"],
      ["S4", "shared rejection", "settled"],
    ]);
    expect(consultationOutcome([], DEFAULT_RULES)).toEqual([]);
  });

  it("tells people in the next round what every side said, from published figures alone", () => {
    const next = nextRound(FILE, "talk-2", [first], DEFAULT_RULES);
    expect(next?.statements.map(({ id }) => id)).toEqual(["S2", "S3"]);
    expect(next?.statements[0]?.help?.en).toBe(
      "In the round before: officials: agree 90 %, disagree 5 % · private-sector: agree 30 %, disagree 35 %",
    );
    expect(consultationQuestionnaire(checkStatements(next)).id).toBe("talk-2");
  });

  it("stops by the rules that were fixed beforehand: settled, stable, or no round left", () => {
    const more = { ...DEFAULT_RULES, rounds: 4 };
    const second = talk("talk-2", ["S2", 88, 33], ["S3", 56, 66]);
    const outcome = (rules: typeof more) =>
      Object.fromEntries(consultationOutcome([first, second], rules).map(({ id, outcome: what }) => [id, what]));
    expect(outcome(more)).toEqual({ S2: "stable", S3: "again" });
    expect(outcome(DEFAULT_RULES)).toEqual({ S2: "last-round", S3: "last-round" });
    expect(nextRound(FILE, "talk-3", [first, second], DEFAULT_RULES)).toBeNull();
    // 72 of 25 people: its interval reaches under a half, and the rule of consensus holds.
    const small = { ...first, audiences: first.audiences.map((audience) => ({ ...audience, items: [said(72, 15, 10)] })) };
    expect(consultationOutcome([small], DEFAULT_RULES)).toMatchObject([{ class: "open", outcome: "settled" }]);
  });

  it("asks nothing again of which too few said something", () => {
    const hidden = {
      ...first,
      audiences: first.audiences.map((audience) => ({
        ...audience,
        items: [{ id: "S1", kind: "single", suppressed: "below-minimum" } as const],
      })),
    };
    expect(consultationOutcome([hidden], DEFAULT_RULES)).toMatchObject([{ outcome: "hidden" }]);
  });
});

describe("consultationQuestionnaire", () => {
  it("asks every side the same, and is counted as a survey is: from ballots to classes", () => {
    const questionnaire = consultationQuestionnaire(FILE);
    expect(itemsOf(questionnaire).map(({ kind }) => kind)).toEqual(["single", "single", "single", "single"]);
    const ballots = (n: number, agree: number): Answers[] =>
      Array.from({ length: n }, (_, at) => ({ S1: at < agree ? "agree" : at % 2 === 0 ? "disagree" : "pass" }));
    const side = (id: string, n: number, agree: number) => ({
      id,
      title: say(id),
      questionnaire,
      rosterSize: 400,
      minimumGroup: 10,
      answers: ballots(n, agree),
    });
    const plan = consultationAnalysisPlan();
    const counted = tabulate({ round: "talk-1", plan, audiences: [side("officials", 220, 176), side("private-sector", 280, 196)] });
    const [first] = consultationOutcome([counted], DEFAULT_RULES);
    expect(first).toMatchObject({ id: "S1", class: "common ground", outcome: "settled" });
    expect(first?.consensus).toBeCloseTo(0.557, 2);
  });

  it("names every mistake of a file at once", () => {
    const wrong = { ...FILE, statements: [...FILE.statements, { ...FILE.statements[0], text: { en: "x" } }] };
    try {
      checkStatements(wrong);
      expect.unreachable();
    } catch (error) {
      if (!isAmanaError(error, "ERR_CONSULTATION_INVALID")) throw error;
      expect(error.details.problems?.map(({ path, message }) => `${path} ${message}`)).toEqual([
        "/statements/4/text is not there in ar, fr",
        "/statements/4/id stands there twice",
      ]);
    }
    expect(() => checkStatements({ ...FILE, statements: [] })).toThrow();
    expect(() => consultationQuestionnaire({ ...FILE, locales: ["es"] })).toThrow("The consultation");
  });
});

describe("the rules of a consultation", () => {
  it("are part of the analysis plan, whose hash is fixed before the round", () => {
    const plan = consultationAnalysisPlan(10, { ...DEFAULT_RULES, rounds: 3 });
    expect(decodeAnalysisPlan(encodeAnalysisPlan(plan)).consultation?.rounds).toBe(3);
    expect(() => consultationAnalysisPlan(10, { ...DEFAULT_RULES, agree: 40 })).toThrow("The analysis plan has mistakes.");
    expect(() => encodeAnalysisPlan({ ...plan, consultation: { ...DEFAULT_RULES, more: 1 } as never })).toThrow();
    expect(plan.protocol).toBe(PROTOCOL);
  });
});

describe("jointPriorities", () => {
  const wave = (officials: Record<string, readonly [chosen: number, index: number]>, traders: typeof officials): Results => {
    const base = results("wave-1", exact(50));
    return {
      ...base,
      audiences: base.audiences.map((audience, side) => {
        const own = side === 0 ? officials : traders;
        return {
          ...audience,
          factors: Object.entries(own).map(([id, [, index]]) => ({ id, n: 200, index: exact(index) })),
          items: [
            {
              id: "Y1",
              kind: "multiple" as const,
              base: { asked: 200, n: 200, dontKnow: 0, preferNot: 0, unanswered: 0 },
              options: Object.entries(own).map(([id, [chosen]]) => ({ id, share: exact(chosen) })),
            },
          ],
        };
      }),
    };
  };

  it("puts what one side wants first at the top, however many the others are: neither is outvoted", () => {
    const joint = jointPriorities(wave({ F01: [60, 40], F02: [30, 50], F03: [10, 60] }, { F01: [5, 70], F02: [30, 50], F03: [70, 30] }));
    expect(joint.map(({ factor }) => factor)).toEqual(["F01", "F03", "F02"]);
    expect(joint[0]?.sides).toEqual([
      { audience: "officials", score: 36, rank: 1 },
      { audience: "private-sector", score: 1.5, rank: 3 },
    ]);
  });

  it("leaves a hidden figure out of the order, and a factor that nobody can rank last", () => {
    const base = wave({ F01: [60, 40], F02: [30, 50] }, { F01: [60, 40], F02: [30, 50] });
    const hidden = {
      ...base,
      audiences: base.audiences.map((audience) => ({
        ...audience,
        factors: audience.factors.map((each) => (each.id === "F01" ? { id: "F01", suppressed: "below-minimum" as const } : each)),
      })),
    };
    expect(jointPriorities(hidden)).toMatchObject([{ factor: "F02" }, { factor: "F01", sides: [null, null] }]);
  });
});

describe("redactionProblems", () => {
  const comments = [
    "The officer at gate four asked for coffee money twice.",
    "Coffee money is normal here.",
    "Always pay a little for speed",
    "d",
    "e",
  ];
  const at = (text: string, item = "Q1", audience = "traders") => ({ audience, item, text });
  const problems = (text: string, chosen = comments.map((each) => at(each))) =>
    redactionProblems({ en: text }, chosen, comments, 5).map(({ message }) => message);

  it("lets pass what many say, in other words", () => {
    expect(problems("Small payments for speed should end.")).toEqual([]);
  });

  it("refuses too few people, quotations and traces", () => {
    expect(
      problems(
        "Small payments should end.",
        comments.slice(0, 4).map((each) => at(each)),
      ),
    ).toEqual(["stands for 4 comments, which 4 people may have written alone; at least 5 must have said it"]);
    // One person who writes at every question is not five; whoever counts comments takes it for them.
    const [one, two, ...rest] = comments as [string, string, ...string[]];
    const ofOne = comments.map((each, place) => at(each, `Q${place}`));
    expect([problems("Small payments should end.", ofOne), ofOne.length >= 5]).toEqual([
      ["stands for 5 comments, which 1 people may have written alone; at least 5 must have said it"],
      true,
    ]);
    const sides = [at(one, "Q1", "officials"), at(two, "Q2", "officials"), ...rest.map((each) => at(each))];
    expect(problems("Small payments should end.", sides)).toEqual([
      "stands for 5 comments, which 4 people may have written alone; at least 5 must have said it",
    ]);
    expect(problems("They say: THE OFFICER, at gate four!")).toEqual([
      "has 5 words in a row as somebody wrote them: say it in other words",
    ]);
    expect(problems("Write to x@example.org")).toEqual(["has an address: it may point at somebody"]);
    expect(problems("Call 71 234 567")).toEqual(["has a number of four digits or more: it may point at somebody"]);
    expect(problems("On 3/4 it happened")).toEqual(["has a date: it may point at somebody"]);
    expect(problems("اتصلوا على ٧١٢٣٤٥٦٧")).toEqual(["has a number of four digits or more: it may point at somebody"]);
  });
});
