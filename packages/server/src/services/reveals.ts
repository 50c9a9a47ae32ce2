import { checkSchema, concat, hex, integer, SHA256, toHex, vector } from "@amana/core/bytes";
import { envelopeLength } from "@amana/core/envelope";
import { AmanaError } from "@amana/core/errors";
import { readReveal, SHARE_LENGTH } from "@amana/core/opening";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import { commitmentsComplete, presentAttempt } from "./attempts.ts";
import type { LiveRound } from "./round.ts";
import type { RoundLogs } from "./round-log.ts";
import { Serial } from "./serial.ts";

export interface RevealsOptions {
  readonly store: Store;
  readonly logs: RoundLogs;
  readonly now: () => Date;
}

/** Magic, attempt, ledger size, sender, receiver and the length of the envelope. */
const HEAD = 4 + 1 + 8 + 1 + 1 + 4;
const BLIND = 32;
const SIGNATURE = 64;

const listSchema = v.array(v.strictObject({ attempt: integer(255), sender: integer(254), receiver: integer(254), sha256: hex(32) }));
type Kept = v.InferOutput<typeof listSchema>;

/** Share lists on their way from one trustee to another. Each is sealed to its receiver; the server keeps and hands them on. */
export class Reveals {
  readonly #options: RevealsOptions;
  readonly #serial = new Serial();
  /** When an attempt was first seen to be due, unix seconds. In memory: a restart gives everyone the span anew. */
  readonly #started = new Map<string, number>();

  constructor(options: RevealsOptions) {
    this.#options = options;
  }

  /**
   * Takes one reveal (`AMV1`), once commitments are complete; the same bytes again change nothing. Attacker-controlled.
   * @throws ERR_SHARE_LIST_FORMAT, ERR_NOT_DUE, ERR_ENTRY_REFUSED for another list than before
   */
  add(round: LiveRound, bytes: Uint8Array): Promise<void> {
    return this.#serial.run(async () => {
      // 1. Signed by its sender.
      const { attempt, ledgerSize, sender, receiver } = readReveal(bytes, round.manifest);
      // 2. In the present attempt, from a trustee who committed to an opener.
      const { store, logs, now } = this.#options;
      const log = logs.of(round);
      const present = presentAttempt(round, log);
      if (present === null || !commitmentsComplete(round, log, now()) || present.number !== attempt || log.release !== null) {
        throw new AmanaError("ERR_NOT_DUE");
      }
      const fits = present.committed.includes(sender) && present.openers.includes(receiver) && sender !== receiver;
      if (!fits || ledgerSize !== round.state.ledgerSizeAtClose) throw new AmanaError("ERR_ENTRY_REFUSED");
      // 3. Once.
      const kept = await this.#kept(round);
      const before = kept.find((each) => each.attempt === attempt && each.sender === sender && each.receiver === receiver);
      const sha256 = toHex(SHA256(bytes));
      if (before !== undefined && before.sha256 !== sha256) throw new AmanaError("ERR_ENTRY_REFUSED");
      if (before !== undefined) return;
      await store.putFile(bytes);
      await store.writeDocument(name(round), [...kept, { attempt, sender, receiver, sha256 }]);
    });
  }

  /** The most bytes that a reveal of this round can have, once reveals are due: nothing is read before. @throws ERR_NOT_DUE */
  longest(round: LiveRound): number {
    if (!commitmentsComplete(round, this.#options.logs.of(round), this.#options.now())) throw new AmanaError("ERR_NOT_DUE");
    const leaves = round.state.epochs.reduce((sum, { count }) => sum + count, 0);
    return HEAD + envelopeLength(1, BLIND + SHARE_LENGTH * leaves) + SIGNATURE;
  }

  /** `vector(reveal)*` of everything sent to one trustee, in the order of attempts and senders. */
  async sentTo(round: LiveRound, receiver: number): Promise<Uint8Array> {
    const mine = (await this.#kept(round)).filter((each) => each.receiver === receiver);
    mine.sort((a, b) => a.attempt - b.attempt || a.sender - b.sender);
    const parts: Uint8Array[] = [];
    for (const { sha256 } of mine) {
      const bytes = await this.#options.store.getFile(sha256);
      if (bytes === null) throw new AmanaError("ERR_STORE_DAMAGED");
      parts.push(vector(bytes));
    }
    return concat(...parts);
  }

  /** Whether a trustee has revealed to all of these in an attempt. */
  async hasAll(round: LiveRound, attempt: number, sender: number, receivers: readonly number[]): Promise<boolean> {
    const kept = await this.#kept(round);
    return receivers.every((receiver) =>
      kept.some((each) => each.attempt === attempt && each.sender === sender && each.receiver === receiver),
    );
  }

  /** When an attempt became due, as far as this process has seen, unix seconds. The tick calls it, so that the span begins at once. */
  startedAt(round: LiveRound, attempt: number): number {
    const key = `${round.idHex}/${attempt}`;
    const started = this.#started.get(key) ?? this.#options.now().getTime() / 1000;
    this.#started.set(key, started);
    return started;
  }

  /** Notes which attempt is due now, once all that makes it due is public: nobody is late for what nobody could see. */
  observe(round: LiveRound, publicSize: number): void {
    const log = this.#options.logs.of(round);
    const words = [...log.shareLists.values(), ...log.absent, ...log.faults];
    if (words.some(({ index }) => index >= publicSize)) return;
    const attempt = presentAttempt(round, log);
    if (attempt !== null && log.release === null && commitmentsComplete(round, log, this.#options.now()))
      this.startedAt(round, attempt.number);
  }

  async #kept(round: LiveRound): Promise<Kept> {
    const value = await this.#options.store.readDocument(name(round));
    return value === null || value === undefined ? [] : checkSchema(value, listSchema);
  }
}

function name(round: LiveRound): string {
  return `rounds/${round.idHex}/reveals`;
}
