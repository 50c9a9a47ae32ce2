import { type Answers, itemsOf, type Questionnaire, visibleItems } from "@amana/core/questionnaire";
import { auditReleases, groupedAnalysisPlan, tabulate } from "@amana/results";
import type { BenchmarkOptions, Row } from "../benchmark.ts";
import { ballots, questionnaireOf } from "./ballots.ts";

/** All tables of many ballots may cost so many times a bare pass over them, and what the tables of few cost. */
const MOST_TIMES = 1.5;
const FEW = 1_000;
const MANY = { long: 100_000, short: 20_000 } as const;
const ROUNDS = { long: 7, short: 5 } as const;
const AUDIENCES = ["officials", "private-sector"] as const;

/**
 * `results`: counting, intervals, suppression of two audiences with 20 items and five groups each, and the audit of what comes out,
 * against a bare pass that only finds out which items a ballot was asked and adds each answer to its count.
 */
export async function* run({ short, progress }: BenchmarkOptions): AsyncGenerator<Row, void, undefined> {
  const form = short ? "short" : "long";
  const questionnaire = questionnaireOf();
  const [few, many] = [FEW, MANY[form]].map((people) => AUDIENCES.map((_, at) => ballots(people / AUDIENCES.length, at + 1)));
  const samples: { readonly bare: number; readonly constant: number; readonly whole: number }[] = [];
  for (let round = 0; round < ROUNDS[form] + 1; round++) {
    const bare = seconds(() => void many?.map((answers) => barePass(questionnaire, answers)));
    const constant = seconds(() => all(questionnaire, few ?? []));
    const whole = seconds(() => all(questionnaire, many ?? []));
    // The first round warms up.
    if (round > 0) samples.push({ bare, constant, whole });
    progress(
      `round ${round}: bare ${bare.toFixed(3)} s, ${FEW} ballots ${constant.toFixed(3)} s, ${MANY[form]} ballots ${whole.toFixed(3)} s`,
    );
  }
  const ratios = samples.map(({ bare, constant, whole }) => whole / (MOST_TIMES * bare + constant));
  const of = (member: "bare" | "constant" | "whole"): number => median(samples.map((sample) => sample[member]));
  yield {
    name: "results",
    ballots: MANY[form],
    value: of("whole"),
    unit: "s",
    limit: MOST_TIMES * of("bare") + of("constant"),
    ratio: median(ratios),
    spread: Math.max(...ratios) - Math.min(...ratios),
    bare: of("bare"),
    constant: of("constant"),
    rounds: ROUNDS[form],
    passed: median(ratios) <= 1,
  };
}

function all(questionnaire: Questionnaire, audiences: readonly (readonly Answers[])[]): void {
  const plan = groupedAnalysisPlan(AUDIENCES.map((audience) => ({ audience, by: ["S1"] })));
  const input = AUDIENCES.map((id, at) => {
    const answers = audiences[at] ?? [];
    return { id, title: { en: id }, questionnaire, rosterSize: 2 * answers.length, minimumGroup: 10, answers };
  });
  const results = tabulate({ round: "bench", plan, audiences: input });
  const counted = Object.fromEntries(input.map(({ id, answers }) => [id, answers.length]));
  if (auditReleases([{ results, counted }]).length > 0) throw new Error("what was published gives something away");
}

/** The least that counts anything: the items that were put to each ballot, and its answer to each, added up. */
function barePass(questionnaire: Questionnaire, answers: readonly Answers[]): Map<string, number> {
  const counts = new Map<string, Map<unknown, number>>(itemsOf(questionnaire).map(({ id }) => [id, new Map()]));
  for (const ballot of answers)
    for (const { id } of visibleItems(questionnaire, ballot)) {
      const own = counts.get(id) as Map<unknown, number>;
      const answer = Object.hasOwn(ballot, id) ? ballot[id] : undefined;
      own.set(answer, (own.get(answer) ?? 0) + 1);
    }
  return new Map([...counts].map(([id, own]) => [id, own.size]));
}

/** Seconds of this process's processor. */
function seconds(work: () => void): number {
  const began = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
