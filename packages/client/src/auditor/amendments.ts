import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import { type Check, demand } from "./check.ts";

/** What an opening leaves in the ledger: in a cancelled round there is none. */
const OPENING: ReadonlySet<string> = new Set(["held", "share-list", "absent", "opening-fault", "release"]);

/** What is kept of a round that was amended. */
interface Amended {
  count: number;
  leaves: number;
  /** Leaves that the operator says have no envelope any more, once it has said so. */
  destroyed: number | null;
}

/**
 * Every amendment counts: it follows the one before, changes what may be changed, is signed by enough key holders, and stands where it may.
 * A cancelled round is not opened. Envelopes are logged as deleted once, of a round that was cancelled or released or that takes reports. When an amendment was signed no ledger shows.
 */
export class AmendmentsCheck implements Check {
  readonly name = "amendments";
  readonly #rounds = new Map<AuditedRound, Amended>();

  entry({ entry, index, round }: AuditedEntry): void {
    if (round === null) return;
    const amended = this.#rounds.get(round) ?? { count: 0, leaves: 0, destroyed: null };
    this.#rounds.set(round, amended);
    if (entry.type === "epoch") amended.leaves += entry.count;
    const { times, closedAt, release } = round.timeline;
    if (entry.type === "amendment") {
      demand(times.amendments === amended.count + 1, `entry ${index} amends ${round.manifest.round} and does not count`);
      amended.count = times.amendments;
    }
    if (entry.type === "retention") {
      demand(
        closedAt !== null && (times.cancelled !== null || release !== null || round.manifest.kind === "reports"),
        `entry ${index}: envelopes were deleted of a round that is not closed, and released or cancelled`,
      );
      demand(
        amended.destroyed === null && entry.count === amended.leaves,
        `entry ${index}: not every envelope is said to be deleted, or twice`,
      );
      amended.destroyed = entry.count;
    }
    demand(times.cancelled === null || !OPENING.has(entry.type), `entry ${index} goes on with a round that was cancelled`);
  }

  end(): string {
    const rounds = [...this.#rounds];
    const amendments = rounds.reduce((sum, [, { count }]) => sum + count, 0);
    const cancelled = rounds.filter(([{ timeline }]) => timeline.times.cancelled !== null);
    const over = rounds.filter(([{ timeline }]) => timeline.times.cancelled !== null || timeline.release !== null);
    const waiting = over.filter(([, { destroyed }]) => destroyed === null).map(([{ manifest }]) => manifest.round);
    const kept = waiting.length === 0 ? "" : `; envelopes of ${waiting.join(", ")} not deleted yet`;
    return `${amendments} amendments, each signed by enough key holders; ${cancelled.length} rounds cancelled${kept}`;
  }
}
