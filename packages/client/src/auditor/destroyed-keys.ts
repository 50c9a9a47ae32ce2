import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";

/** How long after its time a destruction may be logged: a server does what is due when it is next awake. */
const GRACE = 86_400;

/**
 * Keys that must be gone by now are logged as destroyed, and with `phases` before the first answer. The ledger cannot prove a destruction: it
 * shows who said so.
 */
export class DestroyedKeysCheck implements Check {
  readonly name = "destroyed keys";
  readonly #round: AuditedRound;
  readonly #now: Date;
  readonly #issuers: readonly string[];

  constructor(round: AuditedRound, { now }: Pick<Auditing, "now">) {
    this.#round = round;
    this.#now = now;
    const { audiences } = round.manifest;
    this.#issuers = audiences.flatMap(({ id, issuers }) => issuers.map(({ name }) => `issuer/${id}/${name}`));
  }

  /** Answers before enrolment is over for everyone could be told by their time. */
  entry({ entry }: AuditedEntry): void {
    if (entry.type !== "epoch" || !this.#round.manifest.separation.includes("phases")) return;
    const left = this.#left();
    demand(left === 0, `answers were sealed while ${left} issuers could still draw`);
  }

  end(): string {
    const { manifest, timeline } = this.#round;
    const trustees = manifest.trustees.filter((_, index) => timeline.destroyed.has(`trustee/${index}`)).length;
    const { windows, deadlines, cancelled } = timeline.times;
    const due = windows.enrolmentClose + deadlines.objection + GRACE;
    const left = this.#left();
    if (
      (timeline.release !== null && this.#round.objectionEndsByClose) ||
      (cancelled !== null && timeline.closedAt !== null) ||
      (timeline.closedAt !== null && this.#now.getTime() / 1000 > due)
    )
      demand(left === 0, `${left} issuer keys are not logged as destroyed after the close`);
    const gone = this.#issuers.length - left;
    return `${gone} of ${this.#issuers.length} issuer keys and ${trustees} of ${manifest.trustees.length} trustee keys logged as destroyed`;
  }

  #left(): number {
    return this.#issuers.filter((holder) => !this.#round.timeline.destroyed.has(holder)).length;
  }
}
