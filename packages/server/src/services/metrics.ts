import { type AmanaError, type ErrorCode, isAmanaError } from "@amana/core/errors";
import type { Services } from "./services.ts";
import { publicationOf } from "./status.ts";
import { summaries } from "./summaries.ts";

/** The clockwork is late when no run has ended for so long, in milliseconds. */
const LATE = 60_000;
/** How often the free space of the disk is looked at, in milliseconds; in steps of whole GiB. */
const SPACE_PERIOD = 3_600_000;

/** One figure of the page; several samples of a name follow each other. */
export interface Sample {
  readonly name: string;
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * What whoever watches a server is shown, as Prometheus reads it. A page that is fetched every 15 seconds and kept is a recording: a counter of
 * admissions, requests or bytes would be one of when each answer came. So no figure here changes with a request: they follow the clock, the
 * ledger (which is public, and changes at seals), witnesses, the disk in whole GiB once an hour, and which codes have failed at all since the start.
 */
export class Metrics {
  readonly #services: Services;
  readonly #failed = new Set<ErrorCode>();
  #ticked: number;
  #space: { readonly at: number; readonly gib: number | null } | null = null;

  constructor(services: Services) {
    this.#services = services;
    this.#ticked = services.now().getTime();
  }

  /** Why nothing that is sent is taken now; null while it is. */
  get refusing(): AmanaError | null {
    return this.#services.ledger.stopped;
  }

  /** Takes note of a failure of the server itself. */
  failed(error: unknown): void {
    this.#failed.add(isAmanaError(error) ? error.code : "ERR_INTERNAL");
  }

  /** Takes note that a run of the clockwork has ended; once an hour, of how much room there is. */
  ticked(): void {
    const now = this.#services.now().getTime();
    this.#ticked = now;
    if (this.#space !== null && now >= this.#space.at && now - this.#space.at < SPACE_PERIOD) return;
    this.#space = { at: now, gib: this.#space?.gib ?? null };
    const look = async (): Promise<void> => {
      const bytes = await this.#services.store.free();
      this.#space = { at: now, gib: bytes === null ? null : Math.floor(bytes / 2 ** 30) };
    };
    look().catch((error: unknown) => this.failed(error));
  }

  page(): string {
    return pageOf(this.samples());
  }

  samples(): Sample[] {
    const { rounds, logs, now, ledger, participation } = this.#services;
    const { quorum, publicSize, witnessedAt, stale, olderCopy, witnesses } = publicationOf(this.#services);
    const states = new Map<string, number>();
    for (const { state } of summaries(rounds, logs, now(), publicSize)) states.set(state, (states.get(state) ?? 0) + 1);
    const free = this.#space?.gib ?? null;
    const of = (name: string, help: string, value: number, labels: Record<string, string> = {}): Sample => ({ name, help, value, labels });
    return [
      of("amana_ready", "1 while what is sent is taken.", Number(this.refusing === null)),
      of("amana_clockwork_late", "1 when seals and everything else that the clock decides have stood still for a minute.", this.#late()),
      of("amana_ledger_entries", "Entries of the ledger. Grows at seals.", ledger.size),
      of("amana_ledger_public_entries", "Entries under the public checkpoint.", publicSize),
      of("amana_ledger_stale", "1 when clients refuse the ledger, as its cosignatures are too old.", Number(stale)),
      of("amana_ledger_older_copy", "1 when witnesses have signed entries that are not here: put the newest copy back.", Number(olderCopy)),
      of("amana_witness_quorum", "How many witnesses must cosign.", quorum),
      ...(witnessedAt === null
        ? []
        : [of("amana_ledger_witnessed_seconds", "When the newest quorum was reached, unix time.", witnessedAt)]),
      ...witnesses.map(({ url, standing }) =>
        of("amana_witness_cosigns", "1 for a witness that has cosigned when it was asked last.", Number(standing === "cosigned"), { url }),
      ),
      ...[...states].sort().map(([state, count]) => of("amana_rounds", "Rounds by their state.", count, { state })),
      ...rounds.all().flatMap((round) =>
        participation.of(round).flatMap(({ audience, enrolled }) =>
          enrolled === null
            ? []
            : [
                of("amana_enrolled", "Who has enrolled: in tens, as of the last whole day.", enrolled, {
                  round: round.manifest.round,
                  audience,
                }),
              ],
        ),
      ),
      ...(free === null ? [] : [of("amana_disk_free_gibibytes", "Free space for the data, rounded down, looked at once an hour.", free)]),
      ...[...this.#failed]
        .sort()
        .map((code) => of("amana_failed", "1 for each code that has failed since the start: see the log.", 1, { code })),
    ];
  }

  #late(): number {
    return Number(this.#services.now().getTime() - this.#ticked > LATE);
  }
}

/** Samples in the text format of Prometheus, version 0.0.4. */
export function pageOf(samples: readonly Sample[]): string {
  const lines: string[] = [];
  for (const [at, { name, help, labels = {}, value }] of samples.entries()) {
    if (samples[at - 1]?.name !== name) lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`);
    const pairs = Object.entries(labels).map(
      ([label, text]) => `${label}="${text.replace(/[\\"\n]/g, (each) => (each === "\n" ? "\\n" : `\\${each}`))}"`,
    );
    lines.push(`${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`);
  }
  return `${lines.join("\n")}\n`;
}
