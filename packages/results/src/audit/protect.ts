import type { Reason } from "../document/index.ts";
import { derivable, independent } from "./derivable.ts";
import type { Form, Known } from "./form.ts";
import { rangeOf } from "./range.ts";

/** One cell of a table of people: which unknown counts it is the sum of, and how many people are in it. */
export interface TableCell {
  readonly form: Form;
  readonly count: number;
  /** Hidden already, whatever it holds; `complement` where an earlier release hides it. */
  readonly hidden?: Reason;
  /** Never hidden: it is public from elsewhere. */
  readonly public?: boolean;
  /** An earlier release shows the same number: hiding it protects nobody where nobody came or went. */
  readonly known?: boolean;
}

/** One person more than the minimum knows each group: somebody in it knows their own answer and is no protection to the others. */
const INSIDERS = 1;

/** A hidden number keeps at least so many possible values for whoever knows the reason too: more than a published one, which is rounded to 5. */
export const LEAST_VALUES = 6;

/** How far the possible values of a hidden number must lie apart, for whoever knows what is published and not why the rest is not. */
export function neededWidth(minimum: number): number {
  return Math.max(5, minimum + INSIDERS);
}

/**
 * Which cells of a table may not be published, and why. Cells below the minimum (`below-minimum`), and as many others
 * (`complement`) as it takes until no one who knows all shown cells *exactly* can tell a hidden one: rounding comes on top of
 * that, so that neither the same count rounded in several places nor a later release undoes it.
 *
 * Cells are added smallest first, ties in the order of the plan. None is given back because the others would do: which ones that
 * are depends on what is hidden, and tells it to whoever turns the rule round. Only those that follow from shown ones are. Where
 * even all are not enough, everything is hidden for one reason, `complement`: two would say which cells are small.
 */
export function protectCells(cells: readonly TableCell[], minimum: number): (Reason | null)[] {
  const reasons = cells.map(({ count, hidden, public: open }): Reason | null => {
    if (open) return null;
    return count < minimum ? "below-minimum" : (hidden ?? null);
  });
  const order = cells.map((_, i) => i).filter((i) => reasons[i] === null && !cells[i]?.public && !cells[i]?.known);
  order.sort((a, b) => (cells[a] as TableCell).count - (cells[b] as TableCell).count || a - b);
  const added: number[] = [];
  const isExposed = (): boolean => firstExposed(cells, reasons, minimum, cells[order[added.length] ?? -1]?.count) !== null;
  while (added.length < order.length && isExposed()) {
    const next = order[added.length] as number;
    reasons[next] = "complement";
    added.push(next);
  }
  if (isExposed()) return cells.map(({ public: open }) => (open ? null : "complement"));
  const shown = cells.filter((_, i) => reasons[i] === null).map(({ form }) => form);
  const follows = derivable(
    shown,
    added.map((cell) => (cells[cell] as TableCell).form),
  );
  for (const [i, cell] of added.entries()) if (follows[i]) reasons[cell] = null;
  return reasons;
}

/**
 * The first cell below the minimum that what is shown gives away; null if there is none. `next`: the size of the smallest cell that
 * was not hidden for the others' sake: whoever knows the rule knows that none of those hidden so is larger.
 */
export function firstExposed(
  cells: readonly TableCell[],
  reasons: readonly (Reason | null)[],
  minimum: number,
  next: number = Number.POSITIVE_INFINITY,
): number | null {
  const at = (i: number): TableCell => cells[i] as TableCell;
  const indexes = cells.map((_, i) => i);
  const isKnown = (i: number): boolean => reasons[i] === null || (reasons[i] === "complement" && at(i).known === true);
  const all = indexes.filter(isKnown).map((i): Known => ({ form: at(i).form, low: at(i).count, high: at(i).count }));
  // Sums that follow from others only make the linear programs larger.
  const known = independent(all.map(({ form }) => form)).map((i) => all[i] as Known);
  const rules = indexes.flatMap((i): Known[] => {
    const { form, hidden } = at(i);
    if (reasons[i] === "below-minimum") return [{ form, low: 0, high: minimum - 1 }];
    return isKnown(i) || hidden !== undefined ? [] : [{ form, low: minimum, high: next }];
  });
  const withReasons = [...known, ...rules];
  const hidden = indexes.filter((i) => reasons[i] === "below-minimum");
  // What sums alone give away needs no linear program to be found.
  const sums = derivable(
    known.map(({ form }) => form),
    hidden.map((i) => at(i).form),
  );
  const exposed = hidden.find((i, place) => {
    if (sums[place]) return true;
    const plain = rangeOf(known, at(i).form);
    if (plain.high - plain.low < neededWidth(minimum)) return true;
    const told = rangeOf(withReasons, at(i).form);
    return told.high - told.low + 1 < Math.min(LEAST_VALUES, minimum);
  });
  return exposed ?? null;
}
