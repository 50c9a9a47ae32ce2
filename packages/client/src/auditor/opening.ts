import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import { type Check, demand } from "./check.ts";

/** Commitments stand between the close and the release and over the ledger at the close; each trustee committed once. */
export class OpeningCheck implements Check {
  readonly name = "opening";
  readonly #round: AuditedRound;
  readonly #committed = new Set<number>();

  constructor(round: AuditedRound) {
    this.#round = round;
  }

  /** An entry that its trustee did not sign is no commitment. */
  entry({ entry, signed }: AuditedEntry): void {
    if (entry.type !== "share-list" || !signed) return;
    const { closedAt, releasedAt } = this.#round.timeline;
    demand(closedAt !== null, "a commitment before the close");
    demand(entry.ledgerSize === closedAt, `trustee ${entry.holder} committed over another ledger`);
    demand(releasedAt === null, "a commitment after the release");
    demand(!this.#committed.has(entry.holder), "a trustee committed twice");
    this.#committed.add(entry.holder);
  }

  end(): string {
    const { manifest, timeline } = this.#round;
    if (timeline.closedAt === null) return "the round is not closed yet";
    if (timeline.releasedAt === null) return `${this.#committed.size} commitments; not released yet`;
    demand(this.#committed.size >= manifest.threshold, "fewer commitments than openers");
    return `${this.#committed.size} commitments, all before the release`;
  }
}
