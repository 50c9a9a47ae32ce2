import { equal, toHex } from "@amana/core/bytes";
import { decodeEntry, type Entry } from "@amana/core/entries";
import type { LedgerView, SeenEntry } from "../wire/ledger-view.ts";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { demand, type Finding, RunningCheck, runCheck } from "./check.ts";
import { ledgerChecks, roundChecks } from "./checks.ts";
import { type Prefix, rootAt } from "./consistency.ts";
import { ManifestsCheck } from "./manifests.ts";

/** Called while a long check runs. */
export type OnProgress = (check: string, done: number, total: number) => void;

/** After so many entries what was verified is kept: whole tiles, some seconds of work. */
const KEEP_EVERY = 16 * 256;

/** One pass over the ledger, with all checks. */
export class Reading {
  readonly #auditing: Auditing;
  readonly #rounds = new Map<string, AuditedRound>();
  readonly #view: LedgerView;
  /** How many entries this auditor has verified before. */
  readonly #before: number;
  #sound = true;
  /** The entries whose signatures and tokens are verified by now; null until there are some. */
  verified: Prefix | null = null;
  readonly #manifests: RunningCheck;
  readonly #ledgerChecks: readonly RunningCheck[];
  #last: AuditedRound | undefined;
  readonly #roundChecks = new Map<AuditedRound, readonly RunningCheck[]>();

  /** `before`: how many of the first entries this auditor has verified, and compared with what it remembers. */
  constructor(given: Omit<Auditing, "rounds" | "entries">, view: LedgerView, before: number) {
    this.#auditing = { ...given, rounds: this.#rounds, entries: (from, to) => view.reader.entries(from, to) };
    this.#view = view;
    this.#before = before;
    this.#manifests = new RunningCheck(new ManifestsCheck(given.programme, this.#rounds));
    this.#ledgerChecks = ledgerChecks(this.#auditing).map((check) => new RunningCheck(check));
  }

  /** Reads all entries, each proved under the checkpoint, and says whether there is a ledger of these rounds to judge at all. */
  async *foundations(
    onProgress: OnProgress = () => undefined,
    onVerified: () => void = () => undefined,
  ): AsyncGenerator<Finding, void, undefined> {
    yield await runCheck("ledger", () => this.#readAll(onProgress, onVerified));
    yield await this.#manifests.end();
  }

  /** What the other checks found, once the foundations hold. */
  async *others(): AsyncGenerator<Finding, void, undefined> {
    for (const check of this.#ledgerChecks) yield await check.end();
    for (const round of this.#rounds.values()) for (const check of this.#checksOf(round)) yield await check.end();
  }

  async #readAll(onProgress: OnProgress, onVerified: () => void): Promise<string> {
    const { reader, checkpoint } = this.#view;
    let size = 0;
    for await (const { index, entry, leaf } of reader.entries(0)) {
      this.#take({ index, bytes: entry, leafHash: leaf, entry: decodeEntry(entry) });
      size += 1;
      if (index % 64 === 0) onProgress("ledger", index, checkpoint.size);
      if (size % KEEP_EVERY !== 0 && size !== checkpoint.size) continue;
      await this.#keep(size);
      onVerified();
    }
    demand(size === checkpoint.size, "the ledger is shorter than its checkpoint says");
    const again = Math.min(this.#before, size);
    return `${size} entries hash to the checkpoint's root${again > 0 ? `; the signatures of the first ${again} were verified before` : ""}`;
  }

  /** Nothing behind a leaf that is wrong counts as verified: the next audit finds it again. */
  async #keep(size: number): Promise<void> {
    if (this.#sound && size >= this.#before) this.verified = { size, root: await rootAt(this.#view.reader, size) };
  }

  #take(seen: SeenEntry): void {
    const bare = (): AuditedEntry => ({ ...seen, round: null, signed: false, leaf: null });
    if (seen.entry.type !== "submission") this.#manifests.take(bare());
    // The audit will end with this: nothing after it would mean anything.
    if (!this.#manifests.holds) this.#sound = false;
    if (!this.#manifests.holds) return;
    const round = this.#roundOf(seen.entry);
    const entry = round === undefined ? bare() : round.take(seen, seen.index < this.#before);
    if (entry.leaf !== null && (!entry.leaf.signed || entry.leaf.tokens === "invalid")) this.#sound = false;
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
