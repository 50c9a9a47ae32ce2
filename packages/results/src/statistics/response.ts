import { type Interval, wilson } from "./proportion.ts";
import type { Stratum } from "./strata.ts";

/** How evenly groups answered, from group sizes alone: nobody's identity is needed. */
export interface Representativeness {
  /** 1: all groups answered alike; lower: less like the population. */
  readonly r: number;
  /** Spread of the response rates, S(ρ). */
  readonly spread: number;
  /** How far a proportion can be off through those who did not answer, at worst, as a share of 1. To stand next to every interval. */
  readonly bias: number;
}

/**
 * R-indicator: R = 1 − 2·S(ρ), S² = Σ(N/ΣN)·(ρ − ρ̄)², with ρ the response rate of a stratum; and the bound S(ρ)·½/ρ̄ of the
 * bias of a proportion. Sees only what differs between strata: people who stay silent in all of them alike are not in it.
 *
 * Source: B. Schouten, F. Cobben and J. Bethlehem, "Indicators for the representativeness of survey response", Survey
 * Methodology 35 (2009) 101–113.
 * @throws TypeError if nobody answered, or a stratum has more answers than people
 */
export function rIndicator(strata: readonly Pick<Stratum, "population" | "n">[]): Representativeness {
  const people = strata.reduce((sum, { population }) => sum + population, 0);
  const rate = strata.reduce((sum, { n }) => sum + n, 0) / people;
  if (!(rate > 0) || strata.some(({ population, n }) => !(population > 0 && n >= 0 && n <= population)))
    throw new TypeError("not response rates");
  const variance = strata.reduce((sum, { population, n }) => sum + (population / people) * (n / population - rate) ** 2, 0);
  const spread = Math.sqrt(variance);
  return { r: 1 - 2 * spread, spread, bias: spread / 2 / rate };
}

/** How many of those who had occasion lived through something, and what the silent ones could change. */
export interface Prevalence extends Interval {
  readonly share: number;
  /** The share if everyone who said "don't know" or preferred not to say had answered no, or yes. */
  readonly allNo: number;
  readonly allYes: number;
}

/**
 * Prevalence of an experience: of those who had contact and answered, how many were asked or gave, with Wilson's interval; and
 * the bounds for `silent` people who had contact and would not or could not say.
 *
 * Source: SDG indicators 16.5.1 and 16.5.2, metadata (the base is contact, not everyone; refusals are kept apart).
 * @throws TypeError as {@link wilson}
 */
export function prevalence(yes: number, answered: number, silent: number): Prevalence {
  const { low, high } = wilson(yes, answered);
  const all = answered + silent;
  return { share: yes / answered, low, high, allNo: yes / all, allYes: (yes + silent) / all };
}
