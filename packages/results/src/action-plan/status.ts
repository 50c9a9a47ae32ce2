import { changeBetween } from "./change.ts";
import { daysBetween } from "./day.ts";
import type { Day, Measure, PlanBody, Update } from "./model.ts";

/**
 * Where a measure stands. Computed from dates, updates and figures; nobody can type it.
 * - `planned`: its start has not come
 * - `not-started`: its first day is over, and nothing was said of it
 * - `under-way`: heard of within {@link QUIET_AFTER} days
 * - `quiet`: not heard of for longer
 * - `overdue`: its due day is over, and it is not done
 * - `done`: done with evidence; whether it worked is for the next wave
 * - `done-without-evidence`: said to be done, with nothing to look at
 * - `effect-shown`: done, and the indicator moved towards its target by more than chance, the 95 % interval of its change excludes 0
 * - `effect-not-shown`: done, and it did not
 * - `stopped`: given up, with a reason
 */
export type MeasureStatus =
  | "planned"
  | "not-started"
  | "under-way"
  | "quiet"
  | "overdue"
  | "done"
  | "done-without-evidence"
  | "effect-shown"
  | "effect-not-shown"
  | "stopped";

/** Days without an update after which a measure counts as quiet. */
export const QUIET_AFTER = 90;

/** Where a measure of a plan stands on a day. */
export function measureStatus(plan: Pick<PlanBody, "updates">, measure: Measure, today: Day): MeasureStatus {
  const updates = updatesOf(plan, measure.id).filter(({ date }) => date <= today);
  const last = (event: Update["event"]): Update | undefined => updates.findLast((update) => update.event === event);
  if (last("stopped") !== undefined) return "stopped";
  const done = last("done");
  if (done !== undefined) return doneStatus(measure, done, last("measured"));
  if (today > measure.due) return "overdue";
  const heard = updates.at(-1)?.date;
  if (heard === undefined) return today <= measure.start ? "planned" : "not-started";
  return daysBetween(heard, today) > QUIET_AFTER ? "quiet" : "under-way";
}

function doneStatus({ indicator }: Measure, done: Update, measured: Update | undefined): MeasureStatus {
  const isEvidenced = done.evidence.length > 0;
  if (measured?.measured == null) return isEvidenced ? "done" : "done-without-evidence";
  const { low, high } = changeBetween(indicator.cell.figure, measured.measured.figure);
  const moved = indicator.target > indicator.cell.figure.value ? low > 0 : high < 0;
  if (moved) return "effect-shown";
  return isEvidenced ? "effect-not-shown" : "done-without-evidence";
}

/** The updates of one measure, oldest first. */
export function updatesOf<C>({ updates }: { readonly updates: readonly Update<C>[] }, measure: string): Update<C>[] {
  return updates.filter((update) => update.measure === measure);
}
