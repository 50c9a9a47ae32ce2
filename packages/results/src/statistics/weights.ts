import type { Stratum } from "./strata.ts";

/** A weight may be at most so many times the median one. */
const CAP = 5;

/** Weights that leave less than this share of the answers' worth are not used. */
const LEAST_EFFECTIVE = 0.5;

/**
 * The weight of an answer in each stratum: how many people it stands for, N/n. Trusts the declared stratum.
 * @throws TypeError for a stratum without answers
 */
export function postStratify(strata: readonly Pick<Stratum, "population" | "n">[]): number[] {
  return strata.map(({ population, n }) => {
    if (!(n > 0 && population > 0)) throw new TypeError("a stratum without answers or people");
    return population / n;
  });
}

/**
 * Weights of two background questions at once, of which only the sizes of each question's groups are known: rows and columns
 * are brought to their totals in turn until both fit. `counts`: answers by row and column; the same shape comes back.
 *
 * Source: W. E. Deming and F. F. Stephan, Annals of Mathematical Statistics 11 (1940) 427–444 (iterative proportional fitting,
 * "raking"); as `rake` of R's survey package.
 * @throws TypeError if a group has people but no answers, if the totals of rows and columns differ, or if nothing fits both
 */
export function rake(counts: readonly (readonly number[])[], rows: readonly number[], columns: readonly number[]): number[][] {
  const all = sum(rows);
  if (counts.length !== rows.length || counts.some((row) => row.length !== columns.length) || Math.abs(sum(columns) - all) > 1e-9 * all)
    throw new TypeError("counts and totals that do not fit together");
  const row = rows.map(() => 1);
  const column = columns.map(() => 1);
  for (let step = 0; step < 10_000; step++) {
    let change = 0;
    const scale = (factors: number[], i: number, wanted: number, had: number): void => {
      if (!(had > 0 && wanted > 0)) throw new TypeError("a group without answers or people");
      const next = wanted / had;
      change = Math.max(change, Math.abs(next / (factors[i] as number) - 1));
      factors[i] = next;
    };
    for (const [i, wanted] of rows.entries())
      scale(row, i, wanted, sum((counts[i] as readonly number[]).map((n, j) => n * (column[j] as number))));
    for (const [j, wanted] of columns.entries())
      scale(column, j, wanted, sum(counts.map((line, i) => (line[j] as number) * (row[i] as number))));
    if (change < 1e-13) return row.map((r) => column.map((c) => r * c));
  }
  throw new TypeError("no weights fit both");
}

/**
 * The proportion of weighted answers: Σ w·k / Σ w·n over cells with one weight each.
 * @throws TypeError unless the three have one length and someone is counted
 */
export function weightedProportion(weights: readonly number[], n: readonly number[], successes: readonly number[]): number {
  const people = sum(weights.map((weight, i) => weight * (n[i] ?? Number.NaN)));
  const chosen = sum(weights.map((weight, i) => weight * (successes[i] ?? Number.NaN)));
  if (!(people > 0)) throw new TypeError("nobody to weight");
  return chosen / people;
}

/** What weights cost. */
export interface Kish {
  /** As many equally weighted answers would be worth as much: (Σw)²/Σw². */
  readonly effective: number;
  /** n / effective, 1 or more. */
  readonly designEffect: number;
}

/**
 * How many answers weighted ones are worth. `n[i]` answers have the weight `weights[i]`.
 *
 * Source: L. Kish, Survey Sampling (1965) §11.7.
 */
export function kish(weights: readonly number[], n: readonly number[]): Kish {
  const people = sum(n);
  const all = sum(weights.map((weight, i) => weight * (n[i] as number)));
  const squares = sum(weights.map((weight, i) => weight ** 2 * (n[i] as number)));
  const effective = all ** 2 / squares;
  return { effective, designEffect: people / effective };
}

/**
 * The weights as they are used: cut at five times the median weight (over answers), or none at all (`null`) where they
 * would leave less than half of the answers' worth. Decided beforehand, so that nobody can pick what pleases.
 */
export function usableWeights(weights: readonly number[], n: readonly number[]): number[] | null {
  const median = medianOf(weights, n);
  const capped = weights.map((weight) => Math.min(weight, CAP * median));
  return kish(capped, n).effective / sum(n) < LEAST_EFFECTIVE ? null : capped;
}

/** The weight of the answer in the middle. */
function medianOf(weights: readonly number[], n: readonly number[]): number {
  let left = sum(n) / 2;
  const sorted = weights.map((weight, i) => ({ weight, n: n[i] as number })).sort((a, b) => a.weight - b.weight);
  for (const each of sorted) {
    left -= each.n;
    if (left <= 0) return each.weight;
  }
  throw new TypeError("nobody to weight");
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
