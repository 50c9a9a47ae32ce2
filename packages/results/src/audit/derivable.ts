import type { Form } from "./form.ts";

/** Two primes just below 2³¹. One could divide what it must not; both at once is out of the question. */
const PRIMES = [2147483629, 2147483587] as const;

/**
 * The exact audit: which of `targets` can be computed from sums that are known exactly, by adding and subtracting them. A
 * target can, if and only if it lies in the space of the known rows: rank([M; v]) = rank(M). By elimination modulo two primes,
 * where no rounding error can hide anything; it counts as derivable if either says so.
 *
 * Source: the idea of Ø. Langsrud's Gaussian suppression (statisticsnorway/ssb-gausssuppression).
 */
export function derivable(known: readonly Form[], targets: readonly Form[]): boolean[] {
  const spaces = PRIMES.map((prime) => new RowSpace(known, prime));
  return targets.map((target) => spaces.some((space) => space.has(target)));
}

/** The rank of known sums: how many of them say something new. */
export function rankOf(known: readonly Form[]): number {
  return new RowSpace(known, PRIMES[0]).rank;
}

/** Those of known sums that say something new, in their order: the others follow from them. */
export function independent(known: readonly Form[]): number[] {
  const space = new RowSpace([], PRIMES[0]);
  return known.flatMap((form, i) => (space.add(form) ? [i] : []));
}

class RowSpace {
  /** By the unknown that each leads with, where its coefficient is 1. */
  readonly #rows: Map<number, Map<number, number>> = new Map();
  readonly #prime: number;

  constructor(forms: readonly Form[], prime: number) {
    this.#prime = prime;
    for (const form of forms) this.add(form);
  }

  /** Takes a row in; false if it follows from those before. */
  add(form: Form): boolean {
    const rest = this.#reduce(form);
    const [lead] = rest.keys();
    if (lead === undefined) return false;
    const inverse = this.#power(rest.get(lead) as number, this.#prime - 2);
    this.#rows.set(lead, new Map([...rest].map(([unknown, times]) => [unknown, this.#times(times, inverse)])));
    return true;
  }

  get rank(): number {
    return this.#rows.size;
  }

  has(form: Form): boolean {
    return this.#reduce(form).size === 0;
  }

  /** What is left of a form when the rows are taken out of it; its unknowns in ascending order. */
  #reduce(form: Form): Map<number, number> {
    const rest = new Map<number, number>();
    for (const [unknown, times] of form) this.#add(rest, unknown, ((times % this.#prime) + this.#prime) % this.#prime);
    for (let lead = this.#next(rest, -1); lead !== null; lead = this.#next(rest, lead)) {
      const row = this.#rows.get(lead);
      if (row === undefined) continue;
      const factor = this.#prime - (rest.get(lead) as number);
      for (const [unknown, times] of row) this.#add(rest, unknown, this.#times(times, factor));
    }
    return new Map([...rest].sort(([a], [b]) => a - b));
  }

  #next(rest: ReadonlyMap<number, number>, after: number): number | null {
    let next: number | null = null;
    for (const unknown of rest.keys()) if (unknown > after && (next === null || unknown < next)) next = unknown;
    return next;
  }

  #add(rest: Map<number, number>, unknown: number, times: number): void {
    const sum = ((rest.get(unknown) ?? 0) + times) % this.#prime;
    if (sum === 0) rest.delete(unknown);
    else rest.set(unknown, sum);
  }

  /** a·b modulo the prime: products of two halves stay below 2⁵³. */
  #times(a: number, b: number): number {
    const high = ((a * Math.floor(b / 65536)) % this.#prime) * 65536;
    return (high + a * (b % 65536)) % this.#prime;
  }

  #power(base: number, exponent: number): number {
    let result = 1;
    for (let square = base, left = exponent; left > 0; left = Math.floor(left / 2), square = this.#times(square, square))
      if (left % 2 === 1) result = this.#times(result, square);
    return result;
  }
}
