import type { Answers } from "@amana/core/questionnaire";
import { describe, expect, it } from "vitest";
import { questionnaireOf, statement } from "../../fixtures/questionnaire.ts";
import { sampleResults } from "../../fixtures/sample.ts";
import type { Text3 } from "../../fixtures/texts.ts";
import { isSuppressed, type Results } from "../document/index.ts";
import { defaultAnalysisPlan } from "../plan/index.ts";
import { gapInterval, tabulate } from "./index.ts";

const text: Text3 = ["t", "t", "t"];
const plan = defaultAnalysisPlan();
const likert = (counts: readonly number[]): Answers[] => counts.flatMap((count, i) => new Array<Answers>(count).fill({ L1: i + 1 }));

describe("gaps", () => {
  const results: Results = sampleResults();

  it("are the difference of published shares, with the side that is higher", () => {
    const first = { audience: "officials", item: "O1" };
    expect(results.gaps[0]).toEqual({
      mirror: "M01",
      sides: [first, { audience: "private-sector", item: "P1" }],
      points: 42,
      higher: "officials",
    });
    expect(results.gaps).toHaveLength(10);
    expect(results.gaps.find((gap) => gap.mirror === "M08")).toMatchObject({ higher: "private-sector" });
  });

  it("have Newcombe's interval of what is published", () => {
    const figures = results.audiences.map(({ items }) => items[0]);
    const [a, b] = figures;
    if (a?.kind !== "likert" || b?.kind !== "likert" || isSuppressed(a) || isSuppressed(b)) throw new TypeError("not shown");
    // 0.65 of 220 against 0.23 of 280
    expect(gapInterval(a, b)).toEqual({ low: 34, high: 50 });
    expect(gapInterval(b, a)).toEqual({ low: -50, high: -34 });
    expect(() => gapInterval({ ...a, favourable: { atMost: 5 } }, b)).toThrow(TypeError);
  });

  it("are hidden where a side is hidden or a bound, and even where both are equal", () => {
    const questionnaire = questionnaireOf([statement("L1", text, { mirror: "M01" })]);
    const of = (counts: readonly number[], other: readonly number[]): unknown => {
      const side = (id: string, own: readonly number[]) => ({
        id,
        title: { en: id },
        questionnaire,
        rosterSize: 500,
        minimumGroup: 10,
        answers: likert(own),
      });
      return tabulate({ round: "r", plan, audiences: [side("a", counts), side("b", other)] }).gaps;
    };
    expect(of([0, 0, 5, 0, 0], [20, 20, 20, 20, 20])).toMatchObject([{ suppressed: "complement" }]);
    expect(of([20, 20, 20, 20, 20], [2, 0, 0, 48, 50])).toMatchObject([{ suppressed: "complement" }]);
    expect(of([20, 20, 20, 20, 20], [20, 20, 20, 20, 20])).toMatchObject([{ points: 0, higher: "even" }]);
  });

  it("are refused for items that cannot be compared", () => {
    const side = (id: string, polarity: "positive" | "negative") => ({
      id,
      title: { en: id },
      questionnaire: questionnaireOf([statement("L1", text, { mirror: "M01", polarity })]),
      rosterSize: 5,
      minimumGroup: 10,
      answers: [],
    });
    expect(() => tabulate({ round: "r", plan, audiences: [side("a", "positive"), side("b", "negative")] })).toThrow(
      "The questionnaire has mistakes.",
    );
  });
});
