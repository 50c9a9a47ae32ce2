import { Z95 } from "./normal.ts";
import { type Interval, wilson } from "./proportion.ts";

/** One stratum: how many people there are, how many answered, how many of those chose what is counted. */
export interface Stratum {
  readonly population: number;
  readonly n: number;
  readonly successes: number;
}

/** A proportion of the whole population, and the standard error of it. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** @throws TypeError unless each stratum has two answers or more, and no more than people */
function check(strata: readonly Stratum[]): void {
  const wrong = ({ population, n, successes }: Stratum): boolean => !(n >= 2 && n <= population && successes >= 0 && successes <= n);
  if (strata.length === 0 || strata.some(wrong)) throw new TypeError("not strata of two answers or more");
}

const total = (strata: readonly Stratum[], of: (stratum: Stratum) => number): number => strata.reduce((sum, each) => sum + of(each), 0);

function meanOf(strata: readonly Stratum[]): number {
  return total(strata, ({ population, n, successes }) => (population * successes) / n) / total(strata, ({ population }) => population);
}

/**
 * The proportion where each stratum was asked for itself (a stratified sample without replacement), with the correction for
 * finite populations in each: SE = √Σ W²·(1−n/N)·s²/n. Only where the strata's sizes are known: a roster, not a guess.
 *
 * Source: W. G. Cochran, Sampling Techniques (1977) ch. 5; as `svymean` of R's survey package.
 * @throws TypeError unless each stratum has two answers or more
 */
export function stratifiedProportion(strata: readonly Stratum[]): Estimate {
  check(strata);
  const people = total(strata, ({ population }) => population);
  const variance = total(strata, ({ population, n, successes }) => {
    const p = successes / n;
    return (population / people) ** 2 * (1 - n / population) * ((p * (1 - p)) / (n - 1));
  });
  return { mean: meanOf(strata), standardError: Math.sqrt(variance) };
}

/**
 * The proportion where all were asked alike and strata are weighted afterwards to their known sizes (post-stratification).
 * `finite`: with the correction for the whole population, where all of it was asked.
 *
 * Source: C.-E. Särndal and others, Model Assisted Survey Sampling (1992) §7.6; linearised as in R's survey package.
 * @throws TypeError as {@link stratifiedProportion}
 */
export function postStratifiedProportion(strata: readonly Stratum[], finite = false): Estimate {
  check(strata);
  const people = total(strata, ({ population }) => population);
  const answers = total(strata, ({ n }) => n);
  const residuals = total(strata, ({ population, n, successes }) => {
    const p = successes / n;
    return (population / n / people) ** 2 * n * p * (1 - p);
  });
  const correction = finite ? 1 - answers / people : 1;
  return { mean: meanOf(strata), standardError: Math.sqrt(correction * (answers / (answers - 1)) * residuals) };
}

/**
 * Wilson's interval of a weighted proportion: that of as many people as would give the same standard error,
 * n* = p(1−p)/SE².
 *
 * Source: N. Dean and M. Pagano, "Evaluating confidence interval methods for binomial proportions in clustered surveys",
 * Journal of Survey Statistics and Methodology 3 (2015) 484–503.
 * @throws TypeError unless 0 < p < 1 and SE > 0: at the ends nothing says how many the sample is worth
 */
export function wilsonWeighted(p: number, standardError: number): Interval {
  if (!(p > 0 && p < 1 && standardError > 0)) throw new TypeError("no spread to tell an effective size from");
  const n = (p * (1 - p)) / standardError ** 2;
  return wilson(p * n, n);
}

/**
 * How many answers a proportion needs for a half width of `error` (0.05: five points) at 95 % and p = ½, of a population of
 * `population`. Rounded up.
 *
 * Source: Cochran (1977) §4.4: n₀/(1+(n₀−1)/N), n₀ = z²/4e².
 */
export function sampleSize(error: number, population: number): number {
  const unlimited = (Z95 * Z95) / 4 / error ** 2;
  return Math.ceil(unlimited / (1 + (unlimited - 1) / population));
}

/** The half width at p = ½ of a proportion of `n` answers from `population` people: z·√(¼/n·(1−n/N)). */
export function halfWidth(n: number, population: number): number {
  return Z95 * Math.sqrt((0.25 / n) * (1 - n / population));
}
