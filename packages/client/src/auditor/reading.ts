import { equal, toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry } from "@amana/core/entries";
import type { LedgerView, SeenEntry } from "../wire/ledger-view.ts";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type CheckResult, demand, RunningCheck, runCheck } from "./check.ts";
import { ledgerChecks, roundChecks } from "./checks.ts";
import { checkConsistency, type KnownCheckpoint } from "./consistency.ts";
import { ManifestsCheck } from "./manifests.ts";

/** Called while a long check runs. */
export type OnProgress = (check: string, done: number, total: number) => void;

/** One pass over the ledger, with all checks. */
export class Reading {
  readonly #auditing: Auditing;
  readonly #rounds = new Map<string, AuditedRound>();
  readonly #known: KnownCheckpoint | null;
  readonly #manifests: RunningCheck;
  readonly #ledgerChecks: readonly RunningCheck[];
  #last: AuditedRound | undefined;
  readonly #roundChecks = new Map<AuditedRound, readonly RunningCheck[]>();

  constructor(given: Omit<Auditing, "rounds">, known: KnownCheckpoint | null) {
    this.#auditing = { ...given, rounds: this.#rounds };
    this.#known = known;
    this.#manifests = new RunningCheck(new ManifestsCheck(given.programme, this.#rounds));
    this.#ledgerChecks = ledgerChecks(this.#auditing).map((check) => new RunningCheck(check));
  }

  /** Reads all entries, each proved under the checkpoint, and says whether there is a ledger of these rounds to judge at all. */
  async *foundations(view: LedgerView, onProgress: OnProgress = () => undefined): AsyncGenerator<CheckResult, void, undefined> {
    const { reader, checkpoint } = view;
    yield await runCheck("consistency", () => checkConsistency(reader, checkpoint.size, this.#known));
    yield await runCheck("ledger", () => this.#readAll(view, onProgress));
    yield await this.#manifests.end();
  }

  /** What the other checks found, once the foundations hold. */
  async *others(): AsyncGenerator<CheckResult, void, undefined> {
    for (const check of this.#ledgerChecks) yield await check.end();
    for (const round of this.#rounds.values()) for (const check of this.#checksOf(round)) yield await check.end();
  }

  async #readAll({ reader, checkpoint }: LedgerView, onProgress: OnProgress): Promise<string> {
    let size = 0;
    for await (const { index, entry, leaf } of reader.entries(0)) {
      this.#take({ index, bytes: entry, leafHash: leaf, entry: decodeEntry(entry) });
      size += 1;
      if (index % 64 === 0) onProgress("ledger", index, checkpoint.size);
    }
    demand(size === checkpoint.size, "the ledger is shorter than its checkpoint says");
    return `${size} entries hash to the checkpoint's root`;
  }

  #take(seen: SeenEntry): void {
    const bare = (): AuditedEntry => ({ ...seen, round: null, signed: false, leaf: null });
    if (seen.entry.type !== "submission") this.#manifests.take(bare());
    // The audit will end with this: nothing after it would mean anything.
    if (!this.#manifests.holds) return;
    const round = this.#roundOf(seen.entry);
    const entry = round === undefined ? bare() : round.take(seen);
    for (const check of this.#ledgerChecks) check.take(entry);
    if (round !== undefined) for (const check of this.#checksOf(round)) check.take(entry);
  }

  /** The round that an entry names. Most entries are leaves of the round of the one before. */
  #roundOf(entry: Entry): AuditedRound | undefined {
    if (entry.type !== "submission")
      return "manifest" in entry && typeof entry.manifest === "string" ? this.#rounds.get(entry.manifest) : undefined;
    const { manifestId } = entry.leaf;
    if (this.#last === undefined || !equal(this.#last.manifestId, manifestId)) this.#last = this.#rounds.get(toHex(manifestId));
    return this.#last;
  }

  #checksOf(round: AuditedRound): readonly RunningCheck[] {
    const known = this.#roundChecks.get(round);
    if (known !== undefined) return known;
    const made =
      round.manifest.kind === "reports"
        ? []
        : roundChecks(round, this.#auditing).map((check) => new RunningCheck(check, `${round.manifest.round}: ${check.name}`));
    this.#roundChecks.set(round, made);
    return made;
  }
}
