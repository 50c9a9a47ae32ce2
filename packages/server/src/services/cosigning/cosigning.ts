import { checkSchema } from "@amana/core/bytes";
import { AmanaError, type ErrorCode, isAmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import * as v from "valibot";
import type { Fetch } from "../../outgoing.ts";
import type { Store } from "../../stores/store.ts";
import type { Ledger } from "../ledger.ts";
import { askWitness, isBeyond, olderCopy, proofOfOlderCopy, type WitnessRequest } from "./ask-witness.ts";
import { CosignedNote } from "./cosigned-note.ts";

export interface CosigningOptions {
  readonly programme: Programme;
  readonly ledger: Ledger;
  readonly store: Store;
  readonly now: () => Date;
  /** Runs what only one process may do at a time. */
  readonly alone?: <T>(task: () => Promise<T>) => Promise<T>;
  /** Where witnesses are asked, each with a slash at its end; whose they are is seen by what they sign. */
  readonly urls?: readonly string[];
  readonly fetch?: Fetch;
  /** Gets what went wrong with the disk, or was not foreseen. What witnesses say is in the status. */
  readonly onError?: (error: unknown) => void;
}

/** How a witness stands. */
export type WitnessStanding = "waiting" | "cosigned" | "unreachable" | "unknown" | "refused" | "ahead" | "clock" | "invalid";

/** One witness, as the operator sees it. */
export interface WitnessStatus {
  readonly url: string;
  readonly standing: WitnessStanding;
  /** Why, where it is a code. */
  readonly code: ErrorCode | null;
  /** The largest tree of ours that it has cosigned. */
  readonly size: number;
}

interface Asked extends WitnessStatus {
  /** What it cosigned last, and when by our clock. */
  readonly note: CosignedNote | null;
  readonly at: number;
  readonly failures: number;
  /** Not before this time, decided at that time (unix seconds): a clock that is set back does not keep a witness waiting. */
  readonly notBefore: number;
  readonly decided: number;
  readonly busy: CosignedNote | null;
}

/** Cosignatures are renewed at least this often, in seconds. */
const RENEWAL = 12 * 3600;
const FIRST_WAIT = 5;
const LONGEST_WAIT = 900;

const PUBLISHED = "published";
const OLDER_COPY = "older-copy";
const noteSchema = v.strictObject({ note: v.string() });

/**
 * Has the ledger's checkpoints cosigned, and says which one is public: the newest that the quorum has signed. Witnesses are asked beside everything
 * else; whatever they do, nothing waits for them, and one that lies or is down changes nothing while the quorum holds.
 */
export class Cosigning {
  readonly #options: CosigningOptions;
  readonly #asked = new Map<string, Asked>();
  readonly #stopped = new AbortController();
  readonly #tasks = new Set<Promise<void>>();
  /** The checkpoint that witnesses are asked to sign, and the one that is public. */
  #present: CosignedNote;
  #published: CosignedNote;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: CosigningOptions, present: CosignedNote, published: CosignedNote) {
    this.#options = options;
    this.#present = present;
    this.#published = published;
    for (const url of options.urls ?? []) {
      this.#asked.set(url, { ...NEVER, url, size: published.size });
    }
  }

  /** Takes up what was published before, and whether the folder was found to be an older copy. @throws ERR_STORE_DAMAGED */
  static async open(options: CosigningOptions): Promise<Cosigning> {
    const { programme, ledger, store } = options;
    const present = new CosignedNote(ledger.checkpoint, programme);
    const published = await keptNote(store, PUBLISHED);
    const empty = new CosignedNote(ledger.emptyCheckpoint, programme);
    const found = published === null ? empty : await openPublished(published, options);
    present.merge(found);
    const cosigning = new Cosigning(options, present, found);
    const proof = await keptNote(store, OLDER_COPY);
    if (proof !== null && (await isBeyond(proof, ledger, programme))) ledger.stop(olderCopy());
    else if (proof !== null) await store.removeDocument(OLDER_COPY);
    return cosigning;
  }

  /** The public checkpoint: what everyone is shown, and how much of the ledger is public. Without a quorum, the newest. */
  get published(): { readonly note: string; readonly size: number } {
    if (this.#options.programme.quorum > 0) return this.#published;
    const { checkpoint, size } = this.#options.ledger;
    return this.#present.size === size ? this.#present : { note: checkpoint, size };
  }

  /** When the quorum-th newest cosignature of the public checkpoint was made, unix seconds; null without one. */
  get witnessedAt(): number | null {
    return this.#options.programme.quorum > 0 ? this.#published.decisive : null;
  }

  get witnesses(): readonly WitnessStatus[] {
    return [...this.#asked.values()].map(({ url, standing, code, size }) => ({ url, standing, code, size }));
  }

  /** Asks whoever is due. Returns at once; the tick calls it every second. */
  run(): void {
    if (this.#stopped.signal.aborted || this.#options.ledger.stopped) return;
    this.#advance();
    for (const asked of this.#asked.values()) {
      if (!this.#isDue(asked)) continue;
      const task = this.#ask(asked)
        .catch((error: unknown) => this.#options.onError?.(error))
        .finally(() => this.#tasks.delete(task));
      this.#tasks.add(task);
    }
  }

  /** Takes up what another process has published, or found: what was shown to anyone is shown from now on here, too. @throws ERR_STORE_DAMAGED */
  async refresh(): Promise<void> {
    const { store, programme, ledger } = this.#options;
    const note = await keptNote(store, PUBLISHED);
    if (note !== null && note !== this.#published.note) {
      const found = new CosignedNote(note, programme);
      if (found.size >= this.#published.size) this.#published = found;
    }
    if (ledger.stopped === null && (await keptNote(store, OLDER_COPY)) !== null) ledger.stop(olderCopy());
  }

  /** When everything that was asked has been answered. */
  async idle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    await this.#writing;
  }

  /** Asks nobody any more. */
  async close(): Promise<void> {
    this.#stopped.abort();
    await this.idle();
  }

  /** Goes on to the newest checkpoint when the one before has its quorum, or everybody has been heard: else a slow witness would always be late. */
  #advance(): void {
    const { ledger, programme } = this.#options;
    if (this.#present.size === ledger.size) return;
    const pending = [...this.#asked.values()].some(({ busy }) => busy === this.#present);
    if (pending && this.#present.count < programme.quorum) return;
    this.#present = new CosignedNote(ledger.checkpoint, programme);
  }

  #isDue({ busy, note, at, notBefore, decided }: Asked): boolean {
    const now = this.#now();
    if (busy !== null || (now < notBefore && now >= decided)) return false;
    return note !== this.#present || now - at >= RENEWAL || now < at;
  }

  async #ask({ url, size }: Asked): Promise<void> {
    const note = this.#present;
    this.#set(url, { busy: note });
    try {
      await this.#exchange(url, note, Math.min(size, note.size));
    } catch (error) {
      if (!isAmanaError(error, "ERR_NETWORK")) throw error;
      this.#wait(url, "unreachable", null);
    } finally {
      this.#set(url, { busy: null });
    }
  }

  /** Asks from what we think the witness has signed, and once more from what it says. */
  async #exchange(url: string, note: CosignedNote, from: number): Promise<void> {
    const { ledger, fetch = globalThis.fetch } = this.#options;
    const request: WitnessRequest = { url, fetch, signal: this.#stopped.signal };
    let answer = await askWitness(request, ledger, note, from);
    if (answer.kind === "size" && answer.size !== from && answer.size <= note.size) {
      this.#set(url, { size: answer.size });
      answer = await askWitness(request, ledger, note, answer.size);
    }
    if (answer.kind === "lines") return this.#take(url, note, answer.lines);
    if (answer.kind === "failed") return this.#wait(url, "unreachable", answer.code);
    if (answer.kind === "unknown") return this.#wait(url, "unknown", answer.code);
    // It has seen another ledger of ours than this one, or says so. Only a note with our own signature shows that it is true.
    // What another process of ours has logged meanwhile is taken in first.
    await this.#alone(async () => undefined);
    const proof = await proofOfOlderCopy(request, ledger, this.#options.programme);
    if (proof !== null) await this.#stop(proof);
    if (answer.kind === "size" && answer.size > note.size) this.#wait(url, "ahead", null);
    else this.#wait(url, "refused", answer.kind === "refused" ? answer.code : null);
  }

  async #take(url: string, note: CosignedNote, lines: string): Promise<void> {
    const added = note.add(lines, this.#now());
    if (added !== "cosigned") return this.#wait(url, added === "clock" ? "clock" : "invalid", null);
    this.#set(url, { ...NEVER, url, standing: "cosigned", size: note.size, note, at: this.#now() });
    await this.#publish(note);
  }

  /** Public once the quorum has signed, and the disk has that: what was shown to anyone is shown after a restart too. */
  #publish(note: CosignedNote): Promise<void> {
    const write = async (): Promise<void> => {
      const { programme, store } = this.#options;
      if (programme.quorum === 0 || note.count < programme.quorum) return;
      if (note.size < this.#published.size) return;
      if (note.size === this.#published.size) note.merge(this.#published);
      await store.writeDocument(PUBLISHED, { note: note.note });
      this.#published = note;
    };
    const next = this.#writing.then(
      () => this.#alone(write),
      () => this.#alone(write),
    );
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async #stop(proof: string): Promise<void> {
    const { store, ledger, onError } = this.#options;
    ledger.stop(olderCopy());
    onError?.(olderCopy());
    await this.#alone(() => store.writeDocument(OLDER_COPY, { note: proof }));
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    return this.#options.alone?.(task) ?? task();
  }

  #wait(url: string, standing: WitnessStanding, code: ErrorCode | null): void {
    const failures = (this.#asked.get(url)?.failures ?? 0) + 1;
    const wait = standing === "unknown" ? LONGEST_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures - 1, 10));
    this.#set(url, { standing, code, failures, notBefore: this.#now() + wait, decided: this.#now() });
  }

  #set(url: string, change: Partial<Asked>): void {
    this.#asked.set(url, { ...NEVER, url, ...this.#asked.get(url), ...change });
  }

  #now(): number {
    return this.#options.now().getTime() / 1000;
  }
}

const NEVER: Omit<Asked, "url"> = {
  standing: "waiting",
  code: null,
  size: 0,
  note: null,
  at: 0,
  failures: 0,
  notBefore: 0,
  decided: 0,
  busy: null,
};

async function keptNote(store: Store, name: string): Promise<string | null> {
  const kept = await store.readDocument(name);
  if (kept === null || kept === undefined) return null;
  try {
    return checkSchema(kept, noteSchema).note;
  } catch {
    throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ${name}` });
  }
}

/** What was public once is a beginning of the ledger, or part of the folder is older than the rest. @throws ERR_STORE_DAMAGED */
async function openPublished(note: string, { programme, ledger }: CosigningOptions): Promise<CosignedNote> {
  try {
    const found = new CosignedNote(note, programme);
    if (found.count >= programme.quorum && !(await isBeyond(note, ledger, programme))) return found;
  } catch (error) {
    if (!isAmanaError(error)) throw error;
  }
  throw new AmanaError("ERR_STORE_DAMAGED", { note: "Its ledger is older than the checkpoint that it published." });
}
