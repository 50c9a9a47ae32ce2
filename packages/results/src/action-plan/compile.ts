import { PROTOCOL } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { findCell, type Releases } from "./cells.ts";
import { dayOf } from "./day.ts";
import { planGaps } from "./gaps.ts";
import { historyProblems } from "./history.ts";
import type { ActionPlan, Cell, CellName, PlanBody, PlanFile, Position, PositionName } from "./model.ts";
import { findPosition } from "./positions.ts";
import { actionPlanHash } from "./schema.ts";

/** What a revision is made from, beside what people wrote. */
export interface CompileInput {
  readonly releases: Releases;
  /** The newest published revision of this plan; null for the first. */
  readonly previous: ActionPlan | null;
  readonly now: Date;
}

/**
 * Makes the next revision of a plan from what people wrote: looks every figure up in the signed releases, and refuses with every gap at once.
 * Where a figure is missing, what hangs on it is not judged; everything else is. Whoever works on the plan calls it, and whoever publishes it.
 * @throws ERR_PLAN_INVALID
 */
export function compilePlan(file: PlanFile, { releases, previous, now }: CompileInput): ActionPlan {
  const missing: Problem[] = [];
  const published = Math.floor(now.getTime() / 1000);
  const plan: ActionPlan = {
    ...resolve(file, releases, missing),
    protocol: PROTOCOL,
    type: "plan",
    revision: previous === null ? 0 : previous.revision + 1,
    previous: previous === null ? null : actionPlanHash(previous),
    published,
  };
  const unknown = missing.map(({ path }) => path.replace(/\/cell$/, ""));
  const gaps = planGaps(plan, dayOf(published)).filter(({ path }) => !unknown.some((place) => path.startsWith(place)));
  const problems = [...missing, ...gaps, ...(previous === null ? [] : historyProblems(previous, plan))];
  if (problems.length > 0) throw new AmanaError("ERR_PLAN_INVALID", { problems });
  return plan;
}

const NOTHING = { release: "", pointer: "", figure: { value: 0, low: 0, high: 0, n: 0 } };

function resolve(file: PlanFile, releases: Releases, missing: Problem[]): PlanBody {
  const cell = (name: CellName, path: string): Cell => {
    const found = findCell(releases, name);
    if (!("missing" in found)) return found;
    missing.push({ path, message: `no release cell carries it: ${found.missing}` });
    return { ...name, ...NOTHING };
  };
  const position = (name: PositionName, path: string): Position => {
    const found = findPosition(
      releases,
      name,
      file.sides.map(({ id }) => id),
    );
    if (!("missing" in found)) return found;
    missing.push({ path, message: `no release cell carries it: ${found.missing}` });
    return { ...name, release: "", cells: [], class: "hidden" };
  };
  return {
    ...file,
    findings: file.findings.map((finding, index) => ({
      ...finding,
      figures: finding.figures.map((each, place) => ({ ...each, cell: cell(each.cell, `/findings/${index}/figures/${place}/cell`) })),
    })),
    statements: file.statements.map((statement, index) => ({
      ...statement,
      consultation: statement.consultation === null ? null : position(statement.consultation, `/statements/${index}/consultation`),
    })),
    measures: file.measures.map((measure, index) => ({
      ...measure,
      indicator: { ...measure.indicator, cell: cell(measure.indicator.cell, `/measures/${index}/indicator/cell`) },
    })),
    updates: file.updates.map((update, index) => ({
      ...update,
      measured: update.measured === null ? null : cell(update.measured, `/updates/${index}/measured`),
    })),
  };
}
