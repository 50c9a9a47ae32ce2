import { type AudienceResults, isExact, isSuppressed, type LikertFigures, type Results } from "../document/index.ts";
import { holm, newcombe, type Ratio, twoProportions } from "../statistics/index.ts";

/** One comparison of a family, in points: the difference of two published shares, with what chance alone would do. */
export interface Comparison {
  /** Id of the mirrored pair or of the item. */
  readonly id: string;
  readonly points: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, adjusted by Holm for all comparisons of the family. */
  readonly p: number;
}

/**
 * The gaps of all mirrored pairs that are shown, first audience less second, as one family: each side's published share of its
 * published base, so that it tells nothing new and anybody can compute it again. The plan's family `gaps`.
 */
export function gapFamily(results: Results): Comparison[] {
  return family(
    results.gaps.flatMap((gap): Pair[] => {
      const [first, second] = gap.sides.map(({ audience, item }) =>
        ratioOf(
          results.audiences.find(({ id }) => id === audience),
          item,
        ),
      );
      return first === undefined || second === undefined || isSuppressed(gap) ? [] : [{ id: gap.mirror, first, second }];
    }),
  );
}

/**
 * The changes of an audience from one wave to the next, later less earlier, as one family: of the items that both waves asked in the
 * same words (`same`) and that both show. Waves are independent samples. The plan's family `waves`.
 */
export function waveFamily(earlier: AudienceResults, later: AudienceResults, same: readonly string[]): Comparison[] {
  return family(
    same.flatMap((id): Pair[] => {
      const [first, second] = [ratioOf(later, id), ratioOf(earlier, id)];
      return first === undefined || second === undefined ? [] : [{ id, first, second }];
    }),
  );
}

interface Pair {
  readonly id: string;
  readonly first: Ratio;
  readonly second: Ratio;
}

function family(pairs: readonly Pair[]): Comparison[] {
  const adjusted = holm(pairs.map(({ first, second }) => twoProportions(first, second).p));
  return pairs.map(({ id, first, second }, i): Comparison => {
    const { low, high } = newcombe(first, second);
    const points = 100 * (first[0] / first[1] - second[0] / second[1]);
    return { id, points: Math.round(points), low: Math.round(100 * low), high: Math.round(100 * high), p: adjusted[i] as number };
  });
}

/** The published favourable share of an item as people of its base; undefined where it is hidden or only bounded. */
function ratioOf(audience: AudienceResults | undefined, id: string): Ratio | undefined {
  const item = audience?.items.find((each) => each.id === id);
  if (item?.kind !== "likert" || isSuppressed(item)) return undefined;
  return ratio(item);
}

function ratio({ base, favourable }: LikertFigures): Ratio | undefined {
  if (!isExact(favourable) || base.n === 0) return undefined;
  return [(favourable.value * base.n) / 100, base.n];
}
