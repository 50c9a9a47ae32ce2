import { type Constraint, solve } from "yalps";
import type { Form, Known } from "./form.ts";

/** Between which whole numbers a sum lies, both included. `high` may be infinite. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Off by less is the solver's rounding. */
const SLACK = 1e-6;

/**
 * The interval audit: between which numbers `target` can lie for someone who knows `known`, and that counts are not below zero.
 * Two linear programs, its least and its largest value; counts may be fractions there, so an attacker who knows that they are
 * whole can at best come closer by less than one at each end, which is rounded off here.
 *
 * Deterministic to the last bit: the solver only adds, multiplies, divides and compares.
 * @throws TypeError if nothing fits what is said to be known
 */
export function rangeOf(known: readonly Known[], target: Form): Range {
  const low = extreme(known, target, "minimize");
  const high = extreme(known, target, "maximize");
  return { low: Math.max(0, Math.ceil(low - SLACK)), high: high === Number.POSITIVE_INFINITY ? high : Math.floor(high + SLACK) };
}

const TARGET = -1;

function extreme(known: readonly Known[], target: Form, direction: "minimize" | "maximize"): number {
  const coefficients = new Map<number, [number, number][]>();
  const enter = (form: Form, row: number): void => {
    for (const [unknown, times] of form) {
      const column = coefficients.get(unknown) ?? [];
      column.push([row, times]);
      coefficients.set(unknown, column);
    }
  };
  enter(target, TARGET);
  for (const [row, { form }] of known.entries()) enter(form, row);
  const constraints = known.map(({ low, high }, row): [number, Constraint] => [row, limits(low, high)]);
  const solution = solve({ direction, objective: TARGET, constraints, variables: coefficients });
  if (solution.status === "optimal") return solution.result;
  if (solution.status === "unbounded") return direction === "maximize" ? Number.POSITIVE_INFINITY : 0;
  throw new TypeError(`what is known does not fit together (${solution.status})`);
}

function limits(low: number, high: number): Constraint {
  if (low === high) return { equal: low };
  return high === Number.POSITIVE_INFINITY ? { min: low } : { min: low, max: high };
}
