import { PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { type DocumentEntry, encodeEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import { type Programme, programmeId } from "@amana/core/programme";
import {
  type ActionPlan,
  type Announcement,
  actionPlanHash,
  checkPlanFile,
  compilePlan,
  dayOf,
  decodeActionPlan,
  decodeAnnouncement,
  encodeActionPlan,
  encodeAnnouncement,
  makeAnnouncement,
  planChanges,
  planFile,
  type ReleasedResults,
  type Releases as ReleasesByRound,
  roundsOfPlan,
} from "@amana/results";
import type { Store } from "../stores/store.ts";
import type { Ledger } from "./ledger.ts";
import { programmeEntries } from "./programme.ts";
import type { Releases } from "./releases.ts";
import type { Rounds } from "./round.ts";
import type { RoundLogs } from "./round-log.ts";
import { Serial } from "./serial.ts";

export interface PlansOptions {
  readonly programme: Programme;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly rounds: Rounds;
  readonly logs: RoundLogs;
  readonly releases: Releases;
  readonly now: () => Date;
}

/** What was published, and where in the ledger it is. */
export interface PublishedDocument {
  readonly index: number;
  readonly sha256: string;
}

/**
 * Joint action plans and announcements. What is published is a content-addressed file that an entry of the ledger names; a revision continues the
 * one before it, or is refused. Pages are made from that anew every day: nothing of them is kept, and what is overdue today is shown today.
 */
export class Plans {
  readonly #options: PlansOptions;
  readonly #serial = new Serial();
  /** Documents by content address: they never change. */
  readonly #read = new Map<string, ActionPlan | Announcement>();
  /** Pages of one day and one state of the ledger: strangers ask for them, and making one takes longer than asking. */
  #pages: { readonly of: string; readonly files: Map<string, Uint8Array> } = { of: "", files: new Map() };

  constructor(options: PlansOptions) {
    this.#options = options;
  }

  /**
   * Publishes the next revision of a plan that someone wrote; its figures are looked up in the releases of this server's own ledger. The same
   * content again changes nothing. @throws ERR_PLAN_INVALID with every gap
   */
  publish(value: unknown): Promise<PublishedDocument & { readonly plan: string; readonly revision: number }> {
    return this.#serial.run(async () => {
      const file = checkPlanFile(value);
      const { releases, rounds, now, ledger } = this.#options;
      const known = new Map<string, ReleasedResults>();
      for (const name of roundsOfPlan(file)) {
        const round = rounds.byName(name);
        const results = round === undefined ? null : await releases.file(round, "results.json", ledger.size);
        const release = round === undefined ? null : this.#options.logs.of(round).release;
        if (results === null || release === null) continue;
        known.set(name, { release: release.entry.sha256, results: JSON.parse(new TextDecoder().decode(results)) });
      }
      const revisions = await this.#revisions(file.plan, ledger.size);
      const previous = revisions.at(-1) ?? null;
      const plan = compilePlan(file, { releases: known as ReleasesByRound, previous, now: now() });
      // Sent twice, or once more after an answer that was lost: there is nothing to publish.
      if (previous !== null && planChanges(previous, plan).length === 0) return this.#publishedAs(previous);
      return { ...(await this.#log("plan", encodeActionPlan(plan))), plan: plan.plan, revision: plan.revision };
    });
  }

  /** Publishes an announcement about a plan that is published. @throws ERR_PLAN_INVALID with every mistake */
  announce(value: unknown): Promise<PublishedDocument> {
    return this.#serial.run(async () => {
      const { ledger, now } = this.#options;
      const about = (value as { plan?: unknown } | null)?.plan;
      const plan = typeof about === "string" ? (await this.#revisions(about, ledger.size)).at(-1) : undefined;
      if (plan === undefined) throw invalid("/plan", "no published plan has this name");
      const announcement = makeAnnouncement(value, plan.locales, now());
      const told = await this.#documents("announcement", decodeAnnouncement, ledger.size);
      if (told.some((each) => each.announcement === announcement.announcement)) throw invalid("/announcement", "was published before");
      return this.#log("announcement", encodeAnnouncement(announcement));
    });
  }

  /** A file of a plan's pages as everyone gets it; null where there is none. `publicSize` is how much of the ledger is public. */
  async file(name: string, file: string, publicSize: number): Promise<Uint8Array | null> {
    const { programme, now } = this.#options;
    const today = dayOf(Math.floor(now().getTime() / 1000));
    const of = `${today} ${publicSize}`;
    if (this.#pages.of !== of) this.#pages = { of, files: new Map() };
    const { files } = this.#pages;
    const made = files.get(`${name}/${file}`);
    if (made !== undefined) return made;
    const revisions = await this.#revisions(name, publicSize);
    if (revisions.length === 0) return null;
    const announcements = (await this.#documents("announcement", decodeAnnouncement, publicSize)).filter(({ plan }) => plan === name);
    const about = { programmeId: toHex(programmeId(programme)), programme: programme.name, trial: programme.trial };
    const page = planFile({ revisions, announcements, today, ...about, address: addressOf(programme) }, file);
    if (page !== null) files.set(`${name}/${file}`, page);
    return page;
  }

  #publishedAs(plan: ActionPlan): PublishedDocument & { readonly plan: string; readonly revision: number } {
    const sha256 = actionPlanHash(plan);
    const index = this.#options.ledger.documents.findIndex(({ entry }) => entry.type === "plan" && entry.sha256 === sha256);
    return { index: this.#options.ledger.documents[index]?.index ?? index, sha256, plan: plan.plan, revision: plan.revision };
  }

  async #revisions(name: string, size: number): Promise<readonly ActionPlan[]> {
    return (await this.#documents("plan", decodeActionPlan, size)).filter(({ plan }) => plan === name);
  }

  /** The documents of a type that the first `size` entries of the ledger name, in its order. @throws ERR_STORE_DAMAGED */
  async #documents<T extends ActionPlan | Announcement>(
    type: DocumentEntry["type"],
    decode: (bytes: Uint8Array) => T,
    size: number,
  ): Promise<T[]> {
    const documents: T[] = [];
    for (const { index, entry } of this.#options.ledger.documents) {
      if (entry.type !== type || index >= size) continue;
      const known = this.#read.get(entry.sha256) as T | undefined;
      documents.push(known ?? (await this.#load(entry, decode)));
    }
    return documents;
  }

  async #load<T extends ActionPlan | Announcement>({ sha256 }: DocumentEntry, decode: (bytes: Uint8Array) => T): Promise<T> {
    const bytes = await this.#options.store.getFile(sha256);
    if (bytes === null) throw new AmanaError("ERR_STORE_DAMAGED");
    const document = decode(bytes);
    this.#read.set(sha256, document);
    return document;
  }

  /** The file is on the disk before the entry that names it; interrupted, it is simply done again. */
  async #log(type: "plan" | "announcement", bytes: Uint8Array): Promise<PublishedDocument> {
    const { store, ledger, programme } = this.#options;
    const sha256 = toHex(SHA256(bytes));
    await store.putFile(bytes);
    const before = programmeEntries(ledger, programme);
    const first = await ledger.append([...before, { protocol: PROTOCOL, type, sha256, length: bytes.length } as const].map(encodeEntry));
    return { index: first + before.length, sha256 };
  }
}

function invalid(path: string, message: string): AmanaError {
  return new AmanaError("ERR_PLAN_INVALID", { problems: [{ path, message }] });
}

/** Where the programme is reached: `https`, but on the own machine in a trial. */
function addressOf({ ledger: { origin } }: Programme): string {
  return `${/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])([:/]|$)/.test(origin) ? "http" : "https"}://${origin}/`;
}
