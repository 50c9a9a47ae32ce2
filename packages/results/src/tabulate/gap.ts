import { mirroredPairs, type Questionnaire } from "@amana/core/questionnaire";
import { type AudienceResults, type Gap, isExact, isSuppressed, type LikertFigures } from "../document/index.ts";
import { type Interval, newcombe } from "../statistics/index.ts";

/** An audience's figures with the questionnaire that they answer. */
export interface Tabulated {
  readonly results: AudienceResults;
  readonly questionnaire: Questionnaire;
}

/**
 * The gap of every mirrored pair between every two audiences. It is the difference of two *published* shares, so it
 * reveals nothing new; where one of them is hidden or a bound, there is no gap: with it, the other would give it back.
 * @throws ERR_QUESTIONNAIRE_INVALID if a pair cannot be compared
 */
export function gapsBetween(audiences: readonly Tabulated[]): Gap[] {
  return audiences.flatMap((first, i) =>
    audiences.slice(i + 1).flatMap((second) =>
      mirroredPairs(first.questionnaire, second.questionnaire).map((pair): Gap => {
        const sides: Gap["sides"] = [
          { audience: first.results.id, item: pair.first.id },
          { audience: second.results.id, item: pair.second.id },
        ];
        const [a, b] = [favourable(first, pair.first.id), favourable(second, pair.second.id)];
        if (a === undefined || b === undefined) return { mirror: pair.mirror, sides, suppressed: "complement" };
        const higher = a === b ? "even" : (a > b ? first : second).results.id;
        return { mirror: pair.mirror, sides, points: Math.abs(a - b), higher };
      }),
    ),
  );
}

/** The published favourable share of an item, if it is published as a number. */
function favourable({ results }: Tabulated, id: string): number | undefined {
  const result = results.items.find((item) => item.id === id);
  if (result?.kind !== "likert" || isSuppressed(result)) return undefined;
  return isExact(result.favourable) ? result.favourable.value : undefined;
}

/**
 * Newcombe's interval of a gap `a − b` in points, from two published shares and their published bases. Pages and tables
 * use it; anyone who has the results can compute it again.
 * @throws TypeError if a share is a bound
 */
export function gapInterval(a: LikertFigures, b: LikertFigures): Interval {
  const { low, high } = newcombe(fraction(a), fraction(b));
  return { low: Math.round(100 * low), high: Math.round(100 * high) };
}

function fraction({ base, favourable: share }: LikertFigures): readonly [successes: number, n: number] {
  if (!isExact(share)) throw new TypeError("a bound has no difference");
  return [(share.value * base.n) / 100, base.n];
}
