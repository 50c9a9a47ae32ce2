import { encodeJson, fromHex, integer, type Rng, SHA256 } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { checkWork } from "@amana/core/mailbox";
import { decodeManifest, type Manifest, manifestTimes } from "@amana/core/manifest";
import { randomBytes, type SigningKey } from "@amana/core/primitives";
import { encodeRelayPromise, RELAY_WORK_DIFFICULTY, relayRequestLength, signRelayPromise } from "@amana/core/submission";
import * as v from "valibot";
import type { ErrorLog } from "../http/index.ts";
import { readDocument, writeDocument } from "../stores/lowdb/document.ts";
import type { DurableFolder } from "../stores/lowdb/folder.ts";
import { type Deliver, releaseDue, type Shuffle, shuffled } from "./release.ts";
import { type FoundRound, type Incoming, type RelayRound, relayRound, relayTimes } from "./rounds.ts";
import { Shelf } from "./shelf.ts";

export interface RelayOptions {
  /** The relay's own data folder, whose lock the caller holds. */
  readonly folder: DurableFolder;
  /** Manifests with this public key as `relay.key` are this relay's rounds. */
  readonly key: SigningKey;
  readonly deliver: Deliver;
  /** Gets a code when requests are left at the close that the gateway did not take. */
  readonly log: ErrorLog;
  readonly now?: () => Date;
  readonly rng?: Rng;
  /** What a request must prove: `checkWork`. Tests show what happens without it, as for the next two. */
  readonly check?: typeof checkWork;
  /** When a release begins, unix seconds: `relayTimes`. */
  readonly times?: typeof relayTimes;
  /** The order of a release. */
  readonly shuffle?: Shuffle;
}

/** What `amana relay status` tells. */
export interface RelayRoundStatus {
  readonly round: string;
  readonly manifest: string;
  readonly used: number;
  readonly slots: number;
  readonly waiting: number;
  /** How many releases have begun. */
  readonly released: number;
  readonly releases: readonly [number, number];
  readonly close: number;
}

interface Open {
  round: RelayRound;
  readonly shelf: Shelf;
  failures: number;
  /** Unix seconds: what could not be given is tried again then. */
  nextTry: number;
}

/** What amendments made of a round's close: kept, so that a restart or a server that hides them changes nothing. */
const closeSchema = v.strictObject({ close: integer(), amendments: integer() });

/** How long a gateway that did not answer is left alone at most, in seconds. */
const LONGEST_PAUSE = 60;

/**
 * A mixing relay (docs/protocol.md §10.7). It sees who sends and when, never what; the collector sees what, and when a whole crowd was
 * given on. Opened over one folder by one process.
 */
export class Relay {
  readonly #options: Required<RelayOptions>;
  readonly #rounds = new Map<string, Open>();
  /** Rounds whose close is over, and by how many amendments: taken up no more, unless another is found that moves the close. */
  readonly #over = new Map<string, number>();

  private constructor(options: RelayOptions) {
    this.#options = { now: () => new Date(), rng: randomBytes, check: checkWork, times: relayTimes, shuffle: shuffled, ...options };
  }

  /** Takes up the rounds that the folder holds. @throws ERR_STORE_DAMAGED */
  static async open(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    for (const name of await options.folder.list("rounds")) {
      const bytes = await options.folder.read(`rounds/${name}manifest.json`);
      if (bytes !== null) await relay.#restore(decodeManifest(bytes));
    }
    return relay;
  }

  /**
   * Takes up a round that the caller found in the ledger, manifest and amendments signed; called again, follows the amendments that have come
   * since. Answers that were given on after an early close would be lost. Of another relay, or over: nothing happens.
   */
  async add(found: FoundRound): Promise<void> {
    const round = relayRound(found, this.#options.key.publicKey);
    if (round === null || round.amendments <= (this.#over.get(round.idHex) ?? -1)) return;
    const open = this.#rounds.get(round.idHex);
    if (found.times.cancelled !== null) {
      this.#rounds.delete(round.idHex);
      this.#over.set(round.idHex, Number.POSITIVE_INFINITY);
      await open?.shelf.remove();
    } else if (open !== undefined) await this.#follow(open, round);
    else if (this.#seconds() >= this.#options.times(round).close) this.#over.set(round.idHex, round.amendments);
    else {
      await this.#options.folder.write(`rounds/${round.idHex}/manifest.json`, encodeJson(found.manifest));
      await this.#keepClose(round);
      await this.#take(round);
    }
  }

  /** Only what has more amendments than are known: a server that hides one moves nothing back. */
  async #follow(open: Open, round: RelayRound): Promise<void> {
    if (round.amendments <= open.round.amendments) return;
    await this.#keepClose(round);
    open.round = round;
  }

  async #keepClose({ idHex, close, amendments }: RelayRound): Promise<void> {
    if (amendments > 0) await writeDocument(this.#options.folder, `rounds/${idHex}/close.json`, closeSchema, { close, amendments });
  }

  async #restore(manifest: Manifest): Promise<void> {
    const round = relayRound({ manifest, times: manifestTimes(manifest) }, this.#options.key.publicKey);
    if (round === null) return;
    const amended = await readDocument(this.#options.folder, `rounds/${round.idHex}/close.json`, closeSchema);
    await this.#take({ ...round, ...amended });
  }

  async #take(round: RelayRound): Promise<void> {
    const { folder } = this.#options;
    const shelf = await Shelf.open({ folder, path: `rounds/${round.idHex}`, slots: round.relay.slots });
    this.#rounds.set(round.idHex, { round, shelf, failures: 0, nextTry: 0 });
  }

  /** Bytes of the largest request: no body is longer. */
  get largest(): number {
    return Math.max(0, ...[...this.#rounds.values()].map(({ round }) => relayRequestLength(round.manifest)));
  }

  /**
   * Takes one encapsulated request and answers, once the disk has it, with the relay's promise. Everything is attacker-controlled.
   * @throws ERR_ROUND_UNKNOWN, ERR_BODY_SIZE, ERR_WORK_MISSING, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_SEQUENCE_USED with the highest,
   * ERR_SUBMISSION_FORMAT, ERR_OVERLOADED when all slots are used, ERR_STORE_WRITE
   */
  async accept(idHex: string, incoming: Incoming | null, request: Uint8Array): Promise<Uint8Array> {
    const open = this.#rounds.get(idHex);
    if (open === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
    const { round, shelf } = open;
    const { check } = this.#options;
    // 1. Form and size, window, work.
    if (incoming === null || incoming.sequence > 15) throw new AmanaError("ERR_SUBMISSION_FORMAT");
    if (request.length !== relayRequestLength(round.manifest)) throw new AmanaError("ERR_BODY_SIZE");
    const times = this.#options.times(round);
    const seconds = this.#seconds();
    if (seconds < times.open) throw new AmanaError("ERR_ROUND_NOT_OPEN");
    if (seconds >= times.close) throw new AmanaError("ERR_ROUND_CLOSED");
    if (!check(round.id, request, incoming.work, RELAY_WORK_DIFFICULTY)) throw new AmanaError("ERR_WORK_MISSING");
    // 2. A release whose time has come begins now, whatever the clockwork does: nothing that comes after it goes with it.
    await this.#begin(open, seconds);
    // 3. The slot.
    const { slot, sequence } = incoming;
    const shelved = await shelf.put({ slot, sequence, request });
    if (shelved.outcome === "lower") throw new AmanaError("ERR_SEQUENCE_USED", { highestSequence: shelved.highestSequence });
    // 4. The promise. Signatures are deterministic: the same bytes get the same one.
    const releaseAt = times.releases[shelved.release === 0 ? 0 : 1];
    const fields = { manifestId: round.id, slot: fromHex(slot), sequence, requestHash: SHA256(request), releaseAt };
    return encodeRelayPromise(signRelayPromise(fields, this.#options.key));
  }

  /** Releases what is due, and removes everything of rounds that are over. @throws ERR_STORE_WRITE; the next tick does what is left */
  async tick(): Promise<void> {
    const seconds = this.#seconds();
    for (const open of [...this.#rounds.values()]) {
      if (seconds >= this.#options.times(open.round).close) await this.#end(open);
      else await this.#release(open, seconds);
    }
  }

  async #release(open: Open, seconds: number): Promise<void> {
    await this.#begin(open, seconds);
    if (seconds < open.nextTry && seconds > open.nextTry - LONGEST_PAUSE - 1) return;
    const { deliver, rng, shuffle } = this.#options;
    const left = await releaseDue(open.shelf, deliver, rng, shuffle);
    open.failures = left === 0 ? 0 : open.failures + 1;
    open.nextTry = left === 0 ? 0 : seconds + Math.min(LONGEST_PAUSE, 2 ** open.failures);
  }

  async #begin({ round, shelf }: Open, seconds: number): Promise<void> {
    const { releases } = this.#options.times(round);
    for (const release of [0, 1] as const) if (seconds >= releases[release] && shelf.begun <= release) await shelf.begin(release);
  }

  async #end({ round, shelf }: Open): Promise<void> {
    this.#rounds.delete(round.idHex);
    this.#over.set(round.idHex, round.amendments);
    if (shelf.counts.waiting > 0) this.#options.log(new AmanaError("ERR_RELAY_LATE"));
    await shelf.remove();
  }

  status(): RelayRoundStatus[] {
    return [...this.#rounds.values()].map(({ round, shelf }) => {
      const { releases, close } = this.#options.times(round);
      const { used, waiting } = shelf.counts;
      return {
        round: round.manifest.round,
        manifest: round.idHex,
        used,
        slots: round.relay.slots,
        waiting,
        released: shelf.begun,
        releases,
        close,
      };
    });
  }

  /** Resolves when what was begun is on the disk. */
  async idle(): Promise<void> {
    for (const { shelf } of this.#rounds.values()) await shelf.idle();
  }

  #seconds(): number {
    return this.#options.now().getTime() / 1000;
  }
}
