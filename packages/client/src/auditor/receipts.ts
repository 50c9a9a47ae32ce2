import { fromHex, toHex } from "@amana/core/bytes";
import { type InclusionPromise, verifyPromise } from "@amana/core/submission";
import type { AuditedEntry } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";

/** Every promise that a respondent gave the auditor is the operator's and was kept, or is not due yet. */
export class ReceiptsCheck implements Check {
  readonly name = "receipts";
  readonly #auditing: Auditing;
  readonly #waiting: Map<string, InclusionPromise>;
  readonly #given: number;

  constructor(auditing: Auditing) {
    this.#auditing = auditing;
    this.#waiting = new Map(auditing.promises.map((promise) => [toHex(promise.leafHash), promise]));
    this.#given = this.#waiting.size;
  }

  entry({ entry, leafHash }: AuditedEntry): void {
    if (this.#waiting.size > 0 && (entry.type === "submission" || entry.type === "report")) this.#waiting.delete(toHex(leafHash));
  }

  end(): string {
    if (this.#given === 0) return "none was given";
    const { programme, rounds, now } = this.#auditing;
    for (const promise of this.#waiting.values()) {
      demand(verifyPromise(promise, fromHex(programme.promiseKey)), "a receipt that the operator did not sign");
      const round = rounds.get(toHex(promise.manifestId));
      demand(round !== undefined, "a receipt of a round that is not in this ledger");
      const late = now.getTime() / 1000 > round.timeline.times.deadlines.sealBy;
      demand(!late, `${round.manifest.round}: a promise was broken: its leaf is not in the ledger after sealBy`, {
        promise,
        manifest: round.index,
      });
    }
    return `${this.#given - this.#waiting.size} of ${this.#given} are in the ledger${this.#waiting.size > 0 ? "; the others are not due yet" : ""}`;
  }
}
