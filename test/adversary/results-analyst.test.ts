import type { Answers } from "@amana/core/questionnaire";
import { auditReleases, groupedAnalysisPlan, type Results, tabulate } from "@amana/results";
import { describe, expect, it } from "vitest";
import { scaleQuestionnaire } from "../../packages/results/fixtures/scales.ts";
import { type Claim, claimsOf, type Seen } from "./support/analyst.ts";

/** People of one office who answer alike in both waves, but for those who join in the second. */
function people(office: string, counts: readonly [favourable: number, neutral: number, unfavourable: number]): Answers[] {
  const points = [5, 3, 1].flatMap((point, i) => new Array<number>(counts[i] as number).fill(point));
  return points.map((point, i) => ({ S1: office, Q1: point, Q2: 6 - point, Q3: i % 2 === 0 ? point : 3, Q4: 4 }));
}

interface Wave extends Seen {
  readonly answers: readonly Answers[];
}

function release(round: string, answers: readonly Answers[], earlier: readonly Results[]): Wave {
  const questionnaire = scaleQuestionnaire(4, [...new Set(answers.map(({ S1 }) => String(S1)))]);
  const plan = groupedAnalysisPlan([{ audience: "officials", by: ["S1"] }]);
  const audience = { id: "officials", title: { en: "Officials" }, questionnaire, rosterSize: 300, minimumGroup: 10, answers };
  return { results: tabulate({ round, plan, audiences: [audience], earlier }), counted: { officials: answers.length }, answers };
}

/** Two waves: the same people, and in the second five more at the port, which is then large enough to be shown. `defended`: as it is built. */
function waves(offices: Readonly<Record<string, readonly [number, number, number]>>, defended: boolean): Wave[] {
  const stayed = Object.entries(offices).flatMap(([office, counts]) => people(office, counts));
  const first = release("wave-1", stayed, []);
  const second = release("wave-2", [...stayed, ...people("port", [2, 2, 2])], defended ? [first.results] : []);
  return [first, second];
}

/** What the analyst claims and is right about: only that is recovered. */
function recoveredBy(releases: readonly Wave[], told: Answers): string[] {
  const isTrue = ({ round, of, item, side, low, high }: Claim): boolean => {
    const there = releases.find(({ results }) => results.round === round)?.answers.filter(({ S1 }) => S1 === of) ?? [];
    const counted =
      item === null ? there : there.filter((ballot) => (side === "favourable" ? Number(ballot[item]) > 3 : Number(ballot[item]) < 3));
    return low <= counted.length && counted.length <= high;
  };
  return claimsOf(releases, told)
    .filter(isTrue)
    .map(({ round, of, item, side }) => [round, of, item ?? "people", side ?? ""].join(" ").trim());
}

const SMALL = { centre: [16, 12, 13], port: [3, 2, 2] } as const;
const LARGE = { centre: [16, 12, 13], port: [3, 2, 2], north: [22, 18, 20], south: [40, 21, 31] } as const;
const insider: Answers = { S1: "port", Q1: 5, Q2: 1, Q3: 5, Q4: 4 };

describe("a hostile analyst with every release of two waves and one insider's answers", () => {
  it.each([
    ["two offices", SMALL],
    ["four offices", LARGE],
  ])("recovers nothing that was hidden: %s", (_, offices) => {
    const seen = waves(offices, true);
    expect(recoveredBy(seen, insider)).toEqual([]);
    expect(recoveredBy(seen, {})).toEqual([]);
    expect(auditReleases(seen)).toEqual([]);
  });

  it("recovers how many were at the port, and more, where the second wave does not look at the first", () => {
    const seen = waves(SMALL, false);
    expect(recoveredBy(seen, insider)).toContain("wave-1 port people");
    // A stranger who audits what was published finds it too.
    expect(auditReleases(seen)).toContainEqual(expect.objectContaining({ round: "wave-2", why: "hidden-earlier", earlier: "wave-1" }));
  });

  it("recovers nothing of many made-up programmes", () => {
    let state = 7;
    const upTo = (most: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * (most + 1));
    };
    const some = (most: number): readonly [number, number, number] => [upTo(most), upTo(most), upTo(most)];
    for (let programme = 0; programme < 20; programme++) {
      const offices = { centre: some(14), port: some(3), north: some(20), south: some(9) };
      expect(recoveredBy(waves(offices, true), insider), JSON.stringify(offices)).toEqual([]);
    }
  });
});
