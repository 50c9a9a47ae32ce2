import { encodeJson, equal } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";
import type { ActionPlan, Measure } from "./model.ts";
import { actionPlanHash } from "./schema.ts";

/**
 * Why one revision does not continue another: what was published stays. A finding, a statement and a measure can be worded anew, moved and
 * stopped, which readers are shown; they cannot vanish, no update can be changed, and no baseline be exchanged.
 */
export function historyProblems(previous: ActionPlan, next: ActionPlan): Problem[] {
  const problems: Problem[] = [];
  const demand = (isSo: boolean, path: string, message: string): void => void (isSo || problems.push({ path, message }));
  demand(next.plan === previous.plan, "/plan", "is another plan than the published one");
  demand(next.revision === previous.revision + 1, "/revision", "is not the next one");
  demand(next.previous === actionPlanHash(previous), "/previous", "is not the revision before");
  demand(next.published >= previous.published, "/published", "is before the revision before it");
  previous.updates.forEach((update, index) => {
    const now = next.updates[index];
    demand(
      now !== undefined && isSame(update, now),
      `/updates/${index}`,
      "was published otherwise: updates are added at the end, and stay",
    );
  });
  for (const collection of ["findings", "statements", "measures", "sides"] as const) {
    for (const { id } of previous[collection])
      demand(
        next[collection].some((entry) => entry.id === id),
        `/${collection}`,
        `${id} was published and is not there any more`,
      );
  }
  for (const { id, indicator } of previous.measures) {
    const index = next.measures.findIndex((measure) => measure.id === id);
    const now = next.measures[index];
    if (now === undefined) continue;
    demand(isSame(now.indicator.cell, indicator.cell), `/measures/${index}/indicator/cell`, "is another baseline than the published one");
    const isMeasured = previous.updates.some(({ measure, event }) => measure === id && event === "measured");
    demand(
      !isMeasured || now.indicator.target === indicator.target,
      `/measures/${index}/indicator/target`,
      "was changed after it was measured",
    );
  }
  return problems;
}

/** One thing that a revision changed. */
export interface PlanChange {
  readonly kind: "finding" | "statement" | "measure" | "update" | "plan";
  /** Its id; the plan's own for `plan`. */
  readonly id: string;
  /** What readers most want to know of a measure, with both values; `added`; else `wording`, which stands for any other change. */
  readonly what: "added" | "start" | "due" | "target" | "owner" | "refusal" | "wording";
  readonly from: string | null;
  readonly to: string | null;
}

/** What one revision changed in the one before, in the order of the plan. */
export function planChanges(previous: ActionPlan, next: ActionPlan): PlanChange[] {
  const changes: PlanChange[] = [];
  const add = (
    kind: PlanChange["kind"],
    id: string,
    what: PlanChange["what"],
    from: string | null = null,
    to: string | null = null,
  ): void => void changes.push({ kind, id, what, from, to });
  const head = ({ title, introduction, nextWave, locales, sides }: ActionPlan): unknown => ({
    title,
    introduction,
    nextWave,
    locales,
    sides,
  });
  if (!isSame(head(previous), head(next))) add("plan", next.plan, "wording");
  for (const finding of next.findings) {
    const before = previous.findings.find(({ id }) => id === finding.id);
    if (before === undefined) add("finding", finding.id, "added");
    else if (!isSame(before, finding)) add("finding", finding.id, "wording");
  }
  for (const statement of next.statements) {
    const before = previous.statements.find(({ id }) => id === statement.id);
    if (before === undefined) add("statement", statement.id, "added");
    else if (!isSame(before.refusal, statement.refusal)) add("statement", statement.id, "refusal");
    else if (!isSame(before, statement)) add("statement", statement.id, "wording");
  }
  for (const measure of next.measures) {
    const before = previous.measures.find(({ id }) => id === measure.id);
    if (before === undefined) add("measure", measure.id, "added");
    else for (const [what, from, to] of measureChanges(before, measure)) add("measure", measure.id, what, from, to);
  }
  for (const { id } of next.updates.slice(previous.updates.length)) add("update", id, "added");
  return changes;
}

type MeasureChange = readonly [what: PlanChange["what"], from: string | null, to: string | null];

function measureChanges(before: Measure, now: Measure): MeasureChange[] {
  const told = (measure: Measure): readonly (readonly [PlanChange["what"], string])[] => [
    ["start", measure.start],
    ["due", measure.due],
    ["target", String(measure.indicator.target)],
    ["owner", measure.owner.side],
  ];
  const rest = ({ start: _s, due: _d, owner, indicator, ...others }: Measure): unknown => [others, owner.role, { ...indicator, target: 0 }];
  return [
    ...told(before).flatMap(([what, from], index): MeasureChange[] => {
      const to = told(now)[index]?.[1] ?? "";
      return from === to ? [] : [[what, from, to]];
    }),
    ...(isSame(rest(before), rest(now)) ? [] : [["wording", null, null] as const]),
  ];
}

function isSame(one: unknown, other: unknown): boolean {
  return equal(encodeJson(one), encodeJson(other));
}
