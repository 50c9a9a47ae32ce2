import type { HeldEntry, SignedEntry } from "@amana/core/entries";
import { type Accusation, type Attempt, attemptAfter } from "@amana/core/opening";

/** What the trustees of a round said while it was opened: what they hold, that they committed, and who is at fault (docs/protocol.md §8.2, §8.3). */
export class TrusteesSaid {
  readonly #threshold: number;
  /** Each trustee's last word on each epoch, by holder and epoch; and what it was when the trustee committed. */
  readonly #held = new Map<string, HeldEntry>();
  readonly #atCommitment = new Map<string, HeldEntry>();
  readonly #committed = new Set<number>();
  readonly #accusations: Accusation[] = [];

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Takes an entry that its trustee signed. `atClose`: it speaks of the ledger at the close. */
  take(entry: SignedEntry, atClose: boolean): void {
    if (entry.type === "held") this.#held.set(`${entry.holder}/${entry.epoch}`, entry);
    if (entry.type === "absent" || entry.type === "opening-fault") this.#accusations.push(entry);
    if (entry.type !== "share-list" || !atClose || this.#committed.has(entry.holder)) return;
    this.#committed.add(entry.holder);
    for (const [place, held] of this.#held) if (held.holder === entry.holder) this.#atCommitment.set(place, held);
  }

  /** What a trustee's commitment says of an epoch: leaves that it does not hold. Undefined where it said nothing. */
  heldBy(holder: number, epoch: number): HeldEntry | undefined {
    return this.#atCommitment.get(`${holder}/${epoch}`);
  }

  /** Every attempt that there was, the last one last: k may have signed the release just before one more accusation was logged. */
  attempts(): readonly Attempt[] {
    const made: Attempt[] = [];
    for (let count = 0; count <= this.#accusations.length; count++) {
      const attempt = attemptAfter([...this.#committed], this.#accusations.slice(0, count), this.#threshold);
      if (attempt !== null && attempt.number !== made.at(-1)?.number) made.push(attempt);
    }
    return made;
  }
}
