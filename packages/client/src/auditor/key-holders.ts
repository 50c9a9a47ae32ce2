import { toHex } from "@amana/core/bytes";
import type { HeldEntry } from "@amana/core/entries";
import { isSignedEntry } from "../wire/round-timeline.ts";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";

/**
 * Every entry of a key holder or an issuer is signed by whom it names, a release by k; what trustees say that they do not hold are leaves of the epoch
 * that they name; and they got every envelope, before the release.
 */
export class KeyHoldersCheck implements Check {
  readonly name = "key holders";
  readonly #round: AuditedRound;
  /** By holder and epoch, how many envelopes were missing by its last word: it may get later what it could not get at first. */
  readonly #missing = new Map<string, number>();
  /** By epoch, the leaves that somebody named, and the entry that named each last. Few: an honest operator serves everything. */
  readonly #named = new Map<number, Map<string, number>>();
  readonly #entries: Auditing["entries"];
  #signed = 0;
  #held = 0;

  constructor(round: AuditedRound, { entries }: Pick<Auditing, "entries">) {
    this.#round = round;
    this.#entries = entries;
  }

  entry({ entry, index, signed }: AuditedEntry): void {
    const clue = { entry: index, manifest: this.#round.index };
    if (entry.type === "release") demand(signed, `entry ${index} names a release that too few trustees signed`, clue);
    if (!isSignedEntry(entry)) return;
    demand(signed, `entry ${index} is not signed by whom it names`, clue);
    this.#signed += 1;
    if (entry.type !== "held") return;
    this.#held += 1;
    this.#name(entry, index);
    const place = `${entry.holder}/${entry.epoch}`;
    if (entry.missing.length > 0) this.#missing.set(place, entry.missing.length);
    else this.#missing.delete(place);
  }

  async end(): Promise<string> {
    await this.#demandLeaves();
    const missing = [...this.#missing.values()].reduce((sum, count) => sum + count, 0);
    demand(missing === 0 || this.#round.timeline.release !== null, `trustees could not get ${missing} envelopes`);
    return `${this.#signed} entries of key holders and issuers, ${this.#held} of them on what they hold`;
  }

  #name({ epoch, missing }: HeldEntry, index: number): void {
    demand(this.#round.epochs.has(epoch), `entry ${index} speaks of epoch ${epoch}, which is not there`);
    if (missing.length === 0) return;
    const named = this.#named.get(epoch) ?? new Map<string, number>();
    this.#named.set(epoch, named);
    for (const hash of missing) named.set(hash, index);
  }

  async #demandLeaves(): Promise<void> {
    for (const [epoch, named] of this.#named) {
      for (const { firstIndex, count } of this.#round.epochs.get(epoch) ?? [])
        for await (const { leaf } of this.#entries(firstIndex, firstIndex + count)) named.delete(toHex(leaf));
      for (const index of named.values()) demand(false, `entry ${index} names a leaf that epoch ${epoch} does not have`);
    }
  }
}
