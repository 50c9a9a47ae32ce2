import { type AudienceResults, isExact, isSuppressed } from "../document/index.ts";
import type { AnalysisPlan } from "../plan/index.ts";
import { postStratifiedProportion, type Representativeness, rIndicator, type Stratum, wilsonWeighted } from "../statistics/index.ts";

/** How evenly the groups of one background question answered. */
export interface Representation extends Representativeness {
  /** The background question. */
  readonly item: string;
}

/**
 * R-indicator and bound of the bias for each background question of which the plan knows how many people there are: from published
 * numbers alone. To stand next to every interval of the audience. A question with a hidden group is left out; people who did not
 * say count for nobody.
 */
export function representationOf(audience: AudienceResults, plan: AnalysisPlan): Representation[] {
  return (plan.populations ?? []).flatMap(({ audience: id, item, people }): Representation[] => {
    if (id !== audience.id) return [];
    const answered = groupsOf(audience, item)?.map(({ counted }) => (isSuppressed(counted) ? null : counted.n)) ?? [];
    const strata = people.flatMap((population, i) => {
      const n = answered[i];
      return n === null || n === undefined ? [] : [{ population, n: Math.min(n, population) }];
    });
    return strata.length === people.length ? [{ item, ...rIndicator(strata) }] : [];
  });
}

/** A favourable share in points, weighted to how many people there are in each group. */
export interface WeightedShare {
  /** The background question that it is weighted by. */
  readonly by: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The favourable share of an item, weighted afterwards to the plan's populations, with Wilson's interval for weighted shares, in whole
 * points: from published shares and bases alone, so that anybody can compute it again. Null where the plan has no populations, or a
 * group's share is hidden or only bounded.
 */
export function weightedShare(audience: AudienceResults, plan: AnalysisPlan, id: string): WeightedShare | null {
  const known = plan.populations?.find((each) => each.audience === audience.id);
  const groups = known === undefined ? undefined : groupsOf(audience, known.item);
  if (known === undefined || groups === undefined) return null;
  const strata = known.people.flatMap((population, i): Stratum[] => {
    const item = groups[i]?.items.find((each) => each.id === id);
    if (item === undefined || isSuppressed(item) || !isExact(item.favourable)) return [];
    const n = Math.min(item.n, population);
    return [{ population, n, successes: (item.favourable.value * n) / 100 }];
  });
  if (strata.length !== known.people.length) return null;
  const { mean, standardError } = postStratifiedProportion(strata);
  if (!(standardError > 0)) return null;
  const { low, high } = wilsonWeighted(mean, standardError);
  return { by: known.item, value: Math.round(100 * mean), low: Math.round(100 * low), high: Math.round(100 * high) };
}

/** The groups of the table by one question alone, those who did not say left out. */
function groupsOf(audience: AudienceResults, item: string) {
  return audience.breakdowns.find(({ by }) => by.length === 1 && by[0] === item)?.groups.filter(({ of }) => of[0] !== null);
}
