import { type LocalizedText, PROTOCOL, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import {
  type Answer,
  type Answers,
  type Item,
  itemsOf,
  type LikertItem,
  type Questionnaire,
  visibleItems,
} from "@amana/core/questionnaire";
import { roundCount } from "../disclosure/index.ts";
import { type AudienceResults, type Counted, isSuppressed, type Results, type Shown } from "../document/index.ts";
import { type AnalysisPlan, analysisPlanHash, tableProblems } from "../plan/index.ts";
import { FactorTally } from "./factor.ts";
import { gapsBetween } from "./gap.ts";
import { GroupTally } from "./groups.ts";
import { hideDependents, itemResult } from "./item.ts";
import { addAnswer, emptyTally, type Tally } from "./tally.ts";

/** One audience's opened answers with what the manifest says of it. */
export interface AudienceInput {
  readonly id: string;
  readonly title: LocalizedText;
  readonly questionnaire: Questionnaire;
  /** How many people could take part. */
  readonly rosterSize: number;
  /** The manifest's minimum group; the plan's holds too. */
  readonly minimumGroup: number;
  /** Decoded ballots in any order: the results do not depend on it. */
  readonly answers: readonly Answers[];
}

export interface TabulateInput {
  /** Name of the round. */
  readonly round: string;
  readonly plan: AnalysisPlan;
  readonly audiences: readonly AudienceInput[];
  /**
   * Every earlier release of the programme: what one of them hides of a group stays hidden, as who is in it may not have changed.
   * Only tables by groups look at them.
   */
  readonly earlier?: readonly Results[];
}

/**
 * Counts opened answers into what the analysis plan allows to publish, and nothing else. Each opener calls it on its own
 * machine; the same ballots in any order give the same bytes, so that all can sign one digest. The answers stay there.
 *
 * @throws ERR_ANALYSIS_PLAN_INVALID; ERR_QUESTIONNAIRE_INVALID if mirrored items cannot be compared; TypeError if a ballot
 * does not fit its questionnaire (`decodeBallot` lets none through)
 */
export function tabulate({ round, plan, audiences, earlier = [] }: TabulateInput): Results {
  const hash = toHex(analysisPlanHash(plan));
  const tables = plan.tables === "audience" ? [] : plan.tables;
  const problems = tableProblems(tables, plan.populations ?? [], audiences);
  if (problems.length > 0) throw new AmanaError("ERR_ANALYSIS_PLAN_INVALID", { problems });
  const tabulated = audiences.map((audience) => {
    const own = tables.filter((table) => table.audience === audience.id).map(({ by }) => by);
    const before = earlier.flatMap((results) => results.audiences.filter(({ id }) => id === audience.id));
    const groups = new GroupTally(audience.questionnaire, own, before);
    return { results: tabulateAudience(audience, plan, groups), questionnaire: audience.questionnaire };
  });
  return {
    protocol: PROTOCOL,
    type: "results",
    round,
    plan: hash,
    audiences: tabulated.map(({ results }) => results),
    gaps: gapsBetween(tabulated),
  };
}

/** Where an item's answers go: its own tally, and its place among the scales and background questions (−1: it is none). */
interface Place {
  readonly tally: Tally;
  readonly scale: number;
  readonly question: number;
}

function tabulateAudience(audience: AudienceInput, plan: AnalysisPlan, groups: GroupTally): AudienceResults {
  const { id, title, questionnaire, rosterSize, answers } = audience;
  const minimumGroup = Math.max(plan.minimumGroup, audience.minimumGroup);
  const all = itemsOf(questionnaire);
  const tallies = all.map((item) => emptyTally(questionnaire, item));
  const scales = all.filter((item): item is LikertItem => item.kind === "likert");
  const factors = questionnaire.factors.flatMap((factor) => {
    const items = scales.filter((item) => item.factor === factor.id);
    return items.length === 0 ? [] : [{ items, tally: new FactorTally(questionnaire, factor.id, items, scales) }];
  });
  const places = new Map(
    all.map((item, i): [Item, Place] => {
      const place = { tally: tallies[i] as Tally, scale: scales.findIndex(({ id }) => id === item.id) };
      return [item, { ...place, question: groups.questions.findIndex(({ id }) => id === item.id) }];
    }),
  );
  const points = scales.map(() => 0);
  const background = groups.questions.map((): Answer | undefined => undefined);
  for (const ballot of answers) {
    points.fill(0);
    background.fill(undefined);
    for (const item of visibleItems(questionnaire, ballot)) {
      const { tally, scale, question } = places.get(item) as Place;
      // Own properties only: `constructor` is a valid item id.
      const answer = Object.hasOwn(ballot, item.id) ? ballot[item.id] : undefined;
      addAnswer(tally, answer);
      if (typeof answer === "number") points[scale] = answer;
      if (question >= 0) background[question] = answer;
    }
    for (const { tally } of factors) tally.add(points);
    groups.add(points, background);
  }
  const items = hideDependents(
    tallies.map((tally) => itemResult(tally, minimumGroup)),
    questionnaire,
  );
  const hidden = new Set(items.filter(isSuppressed).map((item) => item.id));
  return {
    id,
    title,
    invited: rosterSize,
    minimumGroup,
    counted: countedBallots(answers.length, rosterSize, minimumGroup),
    factors: factors.map(({ items: own, tally }) => tally.result(own.filter((item) => hidden.has(item.id)).length, minimumGroup)),
    items,
    breakdowns: groups.results(minimumGroup),
  };
}

/** Rounding does not publish more ballots than there are people. */
function countedBallots(ballots: number, rosterSize: number, minimum: number): Shown<Counted> {
  if (ballots < minimum) return { suppressed: "below-minimum" };
  return { n: Math.min(roundCount(ballots), Math.max(ballots, rosterSize)) };
}
