import { toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry } from "@amana/core/entries";
import type { LedgerView, SeenEntry } from "../wire/ledger-view.ts";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type CheckResult, demand, RunningCheck, runCheck } from "./check.ts";
import { ledgerChecks, roundChecks } from "./checks.ts";
import { ConsistencyCheck, type KnownCheckpoint } from "./consistency.ts";
import { ManifestsCheck } from "./manifests.ts";

/** Called while a long check runs. */
export type OnProgress = (check: string, done: number, total: number) => void;

/** One pass over the ledger, with all checks. */
export class Reading {
  readonly #auditing: Auditing;
  readonly #rounds = new Map<string, AuditedRound>();
  readonly #consistency: RunningCheck;
  readonly #manifests: RunningCheck;
  readonly #ledgerChecks: readonly RunningCheck[];
  readonly #roundChecks = new Map<AuditedRound, readonly RunningCheck[]>();

  constructor(given: Omit<Auditing, "rounds">, known: KnownCheckpoint | null) {
    this.#auditing = { ...given, rounds: this.#rounds };
    this.#consistency = new RunningCheck(new ConsistencyCheck(known));
    this.#manifests = new RunningCheck(new ManifestsCheck(given.programme, this.#rounds));
    this.#ledgerChecks = ledgerChecks(this.#auditing).map((check) => new RunningCheck(check));
  }

  /** Reads all entries, each proved under the checkpoint, and says whether there is a ledger of these rounds to judge at all. */
  async *foundations(view: LedgerView, onProgress: OnProgress = () => undefined): AsyncGenerator<CheckResult, void, undefined> {
    yield await runCheck("ledger", () => this.#readAll(view, onProgress));
    yield await this.#consistency.end();
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
    const bare: AuditedEntry = { ...seen, round: null, signed: false, leaf: null };
    this.#consistency.take(bare);
    this.#manifests.take(bare);
    // The audit will end with these: nothing after them would mean anything.
    if (!this.#consistency.holds || !this.#manifests.holds) return;
    const round = this.#rounds.get(roundOf(seen.entry) ?? "");
    const entry = round === undefined ? bare : round.take(seen);
    for (const check of this.#ledgerChecks) check.take(entry);
    if (round !== undefined) for (const check of this.#checksOf(round)) check.take(entry);
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

/** The manifest id, hex, that an entry names. */
function roundOf(entry: Entry): string | null {
  if (entry.type === "submission") return toHex(entry.leaf.manifestId);
  return "manifest" in entry && typeof entry.manifest === "string" ? entry.manifest : null;
}
