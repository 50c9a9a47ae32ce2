import { isSignedEntry } from "../wire/round-timeline.ts";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import { type Check, demand } from "./check.ts";

/** Every entry of a key holder or an issuer is signed by whom it names, a release by k; and trustees got every envelope, before the release. */
export class KeyHoldersCheck implements Check {
  readonly name = "key holders";
  readonly #round: AuditedRound;
  /** By holder and epoch, how many envelopes were missing by its last word: it may get later what it could not get at first. */
  readonly #missing = new Map<string, number>();
  #signed = 0;
  #held = 0;

  constructor(round: AuditedRound) {
    this.#round = round;
  }

  entry({ entry, index, signed }: AuditedEntry): void {
    const clue = { entry: index, manifest: this.#round.index };
    if (entry.type === "release") demand(signed, `entry ${index} names a release that too few trustees signed`, clue);
    if (!isSignedEntry(entry)) return;
    demand(signed, `entry ${index} is not signed by whom it names`, clue);
    this.#signed += 1;
    if (entry.type !== "held") return;
    this.#held += 1;
    const place = `${entry.holder}/${entry.epoch}`;
    if (entry.missing.length > 0) this.#missing.set(place, entry.missing.length);
    else this.#missing.delete(place);
  }

  end(): string {
    const missing = [...this.#missing.values()].reduce((sum, count) => sum + count, 0);
    demand(missing === 0 || this.#round.timeline.release !== null, `trustees could not get ${missing} envelopes`);
    return `${this.#signed} entries of key holders and issuers, ${this.#held} of them on what they hold`;
  }
}
