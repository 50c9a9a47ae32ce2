import { isExact, isSuppressed, PRIORITIES_ITEM, type Results } from "../document/index.ts";

/** One factor in the order in which both sides together want it improved. */
export interface JointPriority {
  readonly factor: string;
  /** One for each audience, in the order of the results; null where a figure that it rests on is hidden. */
  readonly sides: readonly ({ readonly audience: string; readonly score: number; readonly rank: number } | null)[];
}

/**
 * Factors by what each side wants first. A side's score is importance · (100 − performance) / 100: the share that chose the factor among the first
 * to improve, times what its index lacks. Each side ranks by its own score (equal scores share a rank); the joint order goes by the lower of a
 * factor's ranks, so that what one side puts first stands at the top however many the others are: neither is outvoted. Ties by the sum of ranks,
 * then by the factor's id. A factor that no side can rank stands last.
 *
 * Source of importance times lack: diagonal importance–performance analysis, K. Slack, "The importance-performance matrix as a determinant of
 * improvement priority", Int. J. of Operations & Production Management 14 (1994) 59–75.
 */
export function jointPriorities({ audiences }: Results): JointPriority[] {
  const scores = audiences.map((audience) => {
    const chosen = audience.items.find(({ id }) => id === PRIORITIES_ITEM);
    const options =
      chosen === undefined || chosen.kind === "likert" || chosen.kind === "text" || isSuppressed(chosen) ? [] : chosen.options;
    return new Map(
      audience.factors.flatMap((factor) => {
        const share = options.find(({ id }) => id === factor.id)?.share;
        if (share === undefined || isSuppressed(share) || !isExact(share) || isSuppressed(factor) || !isExact(factor.index)) return [];
        return [[factor.id, (share.value * (100 - factor.index.value)) / 100] as const];
      }),
    );
  });
  const factors = [...new Set(audiences.flatMap((audience) => audience.factors.map(({ id }) => id)))];
  const priorities = factors.map(
    (factor): JointPriority => ({
      factor,
      sides: audiences.map(({ id: audience }, index) => {
        const own = scores[index] ?? new Map<string, number>();
        const score = own.get(factor);
        return score === undefined ? null : { audience, score, rank: 1 + [...own.values()].filter((other) => other > score).length };
      }),
    }),
  );
  const ranks = ({ sides }: JointPriority): number[] => sides.flatMap((side) => (side === null ? [] : [side.rank]));
  const lowest = (priority: JointPriority): number => Math.min(Number.MAX_SAFE_INTEGER, ...ranks(priority));
  const sum = (priority: JointPriority): number => ranks(priority).reduce((total, rank) => total + rank, 0);
  return priorities.sort((a, b) => lowest(a) - lowest(b) || sum(a) - sum(b) || (a.factor < b.factor ? -1 : 1));
}
