import { fromHex } from "@amana/core/bytes";
import type { DocumentEntry, ReleaseEntry } from "@amana/core/entries";
import { decodeRelease, isReleaseSigned } from "@amana/core/release";
import { type ActionPlan, decodeActionPlan, PLAN_LIMIT, planFaults, type ReleasedResults, roundsOfPlan } from "@amana/results";
import { fetchFile } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import type { AuditedEntry } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";
import { type Check, demand } from "./check.ts";

/** The largest release and results that are read. */
const LARGEST_RELEASE = 2 ** 20;
const LARGEST_RESULTS = 16 * 2 ** 20;

/**
 * Every revision of a joint action plan continues the one before, and every figure and class in it is what a release says that k trustees signed
 * before. Announcements are text: there is nothing in them to check.
 */
export class PlansCheck implements Check {
  readonly name = "plans";
  readonly #transport: Transport;
  readonly #logged: DocumentEntry[] = [];
  /** By name of the round: what the ledger had of it when an entry of ours came. */
  readonly #releases = new Map<string, ReleaseEntry>();
  readonly #before: ReadonlySet<string>[] = [];

  constructor({ transport }: Pick<Auditing, "transport">) {
    this.#transport = transport;
  }

  entry({ entry, round }: AuditedEntry): void {
    if (entry.type === "release" && round !== null && !this.#releases.has(round.manifest.round)) {
      const signatures = entry.signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) }));
      if (isReleaseSigned(fromHex(entry.sha256), round.manifest, signatures)) this.#releases.set(round.manifest.round, entry);
    }
    if (entry.type !== "plan") return;
    this.#logged.push(entry as DocumentEntry);
    this.#before.push(new Set(this.#releases.keys()));
  }

  async end(): Promise<string> {
    const newest = new Map<string, ActionPlan>();
    const results = new Map<string, ReleasedResults>();
    for (const [at, entry] of this.#logged.entries()) {
      const plan = decodeActionPlan(await fetchFile(this.#transport, entry.sha256, PLAN_LIMIT));
      const known = new Map<string, ReleasedResults>();
      for (const name of roundsOfPlan(plan)) {
        // A release that came later cannot have been looked at.
        if (this.#before[at]?.has(name) !== true) continue;
        const released = results.get(name) ?? (await this.#results(name));
        results.set(name, released);
        known.set(name, released);
      }
      const [fault] = planFaults(plan, newest.get(plan.plan) ?? null, known);
      demand(fault === undefined, `revision ${plan.revision} of ${plan.plan}: ${fault?.path} ${fault?.message}`);
      newest.set(plan.plan, plan);
    }
    if (this.#logged.length === 0) return "none is published";
    return `${this.#logged.length} revisions of ${newest.size} plans, every figure that of a signed release`;
  }

  async #results(round: string): Promise<ReleasedResults> {
    const { sha256 } = this.#releases.get(round) as ReleaseEntry;
    const listed = decodeRelease(await fetchFile(this.#transport, sha256, LARGEST_RELEASE)).files.find(
      ({ name }) => name === "results.json",
    );
    demand(listed !== undefined, `the release of ${round} has no results.json`);
    const bytes = await fetchFile(this.#transport, listed.sha256, LARGEST_RESULTS);
    return { release: sha256, results: JSON.parse(new TextDecoder().decode(bytes)) as ReleasedResults["results"] };
  }
}
