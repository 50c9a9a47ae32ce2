import { type LocalizedText, PROTOCOL, toHex } from "@amana/core/bytes";
import { type Answer, type Answers, itemsOf, type LikertItem, type Questionnaire, visibleItems } from "@amana/core/questionnaire";
import { roundCount } from "../disclosure/index.ts";
import { type AudienceResults, type Counted, isSuppressed, type Results, type Shown } from "../document/index.ts";
import { type AnalysisPlan, analysisPlanHash } from "../plan/index.ts";
import { FactorTally } from "./factor.ts";
import { gapsBetween } from "./gap.ts";
import { hideDependents, itemResult } from "./item.ts";
import { addAnswer, emptyTally } from "./tally.ts";

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
}

/**
 * Counts opened answers into what the analysis plan allows to publish, and nothing else. Each opener calls it on its own
 * machine; the same ballots in any order give the same bytes, so that all can sign one digest. The answers stay there.
 *
 * @throws ERR_ANALYSIS_PLAN_INVALID; ERR_QUESTIONNAIRE_INVALID if mirrored items cannot be compared; TypeError if a ballot
 * does not fit its questionnaire (`decodeBallot` lets none through)
 */
export function tabulate({ round, plan, audiences }: TabulateInput): Results {
  const hash = toHex(analysisPlanHash(plan));
  const tabulated = audiences.map((audience) => ({ results: tabulateAudience(audience, plan), questionnaire: audience.questionnaire }));
  return {
    protocol: PROTOCOL,
    type: "results",
    round,
    plan: hash,
    audiences: tabulated.map(({ results }) => results),
    gaps: gapsBetween(tabulated),
  };
}

function tabulateAudience(audience: AudienceInput, plan: AnalysisPlan): AudienceResults {
  const { id, title, questionnaire, rosterSize, answers } = audience;
  const minimumGroup = Math.max(plan.minimumGroup, audience.minimumGroup);
  const all = itemsOf(questionnaire);
  const tallies = all.map((item) => emptyTally(questionnaire, item));
  const factors = questionnaire.factors.flatMap((factor) => {
    const items = all.filter((item): item is LikertItem => item.kind === "likert" && item.factor === factor.id);
    return items.length === 0 ? [] : [{ items, tally: new FactorTally(questionnaire, factor.id, items) }];
  });
  for (const ballot of answers) {
    const visible = new Set(visibleItems(questionnaire, ballot).map((item) => item.id));
    // Own properties only: `constructor` is a valid item id.
    const answerTo = (item: string): Answer | undefined => (visible.has(item) && Object.hasOwn(ballot, item) ? ballot[item] : undefined);
    for (const tally of tallies) if (visible.has(tally.item.id)) addAnswer(tally, answerTo(tally.item.id));
    for (const { tally } of factors) tally.add(answerTo);
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
  };
}

/** Rounding does not publish more ballots than there are people. */
function countedBallots(ballots: number, rosterSize: number, minimum: number): Shown<Counted> {
  if (ballots < minimum) return { suppressed: "below-minimum" };
  return { n: Math.min(roundCount(ballots), Math.max(ballots, rosterSize)) };
}
