import { compare, concat, fromHex, H, type Rng, SHA256, TAGS, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { fillerReply, isReplyShaped } from "@amana/core/mailbox";
import { randomBytes, verify } from "@amana/core/primitives";
import * as v from "valibot";
import type { Store } from "../stores/store.ts";
import { type CaseRecords, MOST_REPLIES } from "./case-records.ts";
import { type LiveRound, periodOf } from "./round.ts";
import { Serial } from "./serial.ts";

export interface RepliesOptions {
  readonly store: Store;
  readonly cases: Pick<CaseRecords, "keep">;
  readonly rng?: Rng;
  readonly now?: () => Date;
}

/**
 * A handler's delivery: the 4,096 bytes of a reply, and the case record with its copy for the other handlers, signed over
 * `H(TAGS.replyDelivery, manifestId, SHA-256(reply), SHA-256(record))`.
 */
export interface ReplyDelivery {
  readonly holder: number;
  readonly reply: Uint8Array;
  readonly record: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Replies {
  /** The whole published reply store: concatenated 4,096-byte entries, sorted, a power of two ≥ 64 of them. */
  published(round: LiveRound): Promise<Uint8Array>;
  /**
   * Takes a reply with its copy; it is published at the next rebuild. The same bytes again change nothing. The copy is kept first: a stop between
   * leaves one of a reply that was not sent, and its handler's tool sends it again. The other way round nobody could ever read what was sent.
   * @throws ERR_FETCH_REFUSED, ERR_REPLY_INVALID, ERR_CASE_RECORD, ERR_SEQUENCE_USED, ERR_ROUND_CLOSED, ERR_OVERLOADED
   */
  deliver(round: LiveRound, delivery: ReplyDelivery): Promise<void>;
  /** Removes everything of a round; from then on there is nothing to fetch or deliver (`ERR_ROUND_CLOSED`). */
  forget(round: LiveRound): Promise<void>;
  /** Publishes what waits: real replies take fillers' places. */
  rebuild(round: LiveRound): Promise<void>;
  /**
   * Rebuilds at every whole `epoch.minimumSeconds` (a day; in a trial seconds) after the channel opened, whether anything waits or not. By
   * the clock and not by the age of this process: a server that is restarted every day publishes replies all the same. The tick calls it.
   */
  tick(round: LiveRound): Promise<void>;
}

/** The fewest entries of a reply store. */
const SMALLEST = 64;
/** Replies that may wait for a rebuild; no handler may take more than its share of them, so that one cannot silence the others. */
const WAITING_LIMIT = 512;

/** The document `rounds/<id>/replies`: base64, each list sorted. Which entries are real is known here and nowhere else. */
interface RepliesDocument {
  readonly real: readonly string[];
  readonly fillers: readonly string[];
  readonly waiting: readonly string[];
}

const entries = v.array(v.pipe(v.string(), v.base64()));
const schema: v.GenericSchema<unknown, RepliesDocument> = v.strictObject({ real: entries, fillers: entries, waiting: entries });

/** The reply store of reports rounds (docs/protocol.md §9): everyone fetches all of it, and nobody can tell replies from fillers. */
export function createReplies({ store, cases, rng = randomBytes, now = () => new Date() }: RepliesOptions): Replies {
  const turn = new Serial();
  const cache = new Map<string, Uint8Array>();
  const rebuiltIn = new Map<string, number>();
  const forgotten = new Set<string>();
  const checkKept = (round: LiveRound): void => {
    if (round.state.envelopesDestroyed || forgotten.has(round.idHex)) throw new AmanaError("ERR_ROUND_CLOSED");
  };
  /** How many of the replies that wait came from each handler, since this process started. */
  const delivered = new Map<string, Map<number, number>>();

  /** The first time, whenever somebody asks, there are fillers alone: what waits is published when its time comes. */
  const rebuild = async (round: LiveRound, isFirst = false): Promise<void> => {
    const before = await read(store, round);
    const waiting = isFirst ? before.waiting : [];
    const real = isFirst ? [...before.real] : [...before.real, ...before.waiting];
    const count = powerOfTwo(Math.max(real.length, before.real.length + before.fillers.length, SMALLEST));
    const fillers = [...before.fillers];
    // A real entry takes the place of a filler chosen at random; fillers that stay are the same bytes as before.
    while (real.length + fillers.length > count) fillers.splice(below(fillers.length, rng), 1);
    while (real.length + fillers.length < count) {
      fillers.push(Buffer.from(fillerReply(rng)).toString("base64"));
      await breathe();
    }
    await store.writeDocument(name(round), { real: real.sort(), fillers: fillers.sort(), waiting });
    if (!isFirst) delivered.delete(round.idHex);
    const all = [...real, ...fillers].map((entry) => new Uint8Array(Buffer.from(entry, "base64")));
    cache.set(round.idHex, concat(...all.sort(compare)));
  };

  return {
    published: (round) =>
      turn.run(async () => {
        checkKept(round);
        const known = cache.get(round.idHex);
        if (known !== undefined) return known;
        const { real, fillers } = await read(store, round);
        if (real.length + fillers.length === 0) await rebuild(round, true);
        else
          cache.set(
            round.idHex,
            concat(...[...real, ...fillers].map((entry) => new Uint8Array(Buffer.from(entry, "base64"))).sort(compare)),
          );
        return cache.get(round.idHex) ?? new Uint8Array(0);
      }),

    async deliver(round, { holder, reply, record, signature }) {
      if (!isReplyShaped(reply)) throw new AmanaError("ERR_REPLY_INVALID");
      const handler = round.manifest.handlers[holder];
      const message = H(TAGS.replyDelivery, round.id, SHA256(reply), SHA256(record));
      if (handler === undefined || !verify(fromHex(handler.signingKey), message, signature)) throw new AmanaError("ERR_FETCH_REFUSED");
      await turn.run(async () => {
        checkKept(round);
        const before = await read(store, round);
        const entry = Buffer.from(reply).toString("base64");
        if (before.real.includes(entry) || before.waiting.includes(entry)) return;
        // Of two entries of one place a reporter would not know which one holds: a second reply of a day takes the next one.
        if ([...before.real, ...before.waiting].some((each) => placeOf(each) === placeOf(entry))) throw new AmanaError("ERR_SEQUENCE_USED");
        const shares = delivered.get(round.idHex) ?? new Map<number, number>();
        const share = shares.get(holder) ?? 0;
        const isFull = before.waiting.length >= WAITING_LIMIT || share >= WAITING_LIMIT / round.manifest.handlers.length;
        if (isFull || before.real.length + before.waiting.length >= MOST_REPLIES)
          throw new AmanaError("ERR_OVERLOADED", { retryAfter: round.manifest.epoch.minimumSeconds });
        await cases.keep(round, holder, record, "reply");
        await store.writeDocument(name(round), { ...before, waiting: [...before.waiting, entry].sort() });
        delivered.set(round.idHex, shares.set(holder, share + 1));
      });
    },

    rebuild: (round) => turn.run(() => rebuild(round)),

    forget: (round) =>
      turn.run(async () => {
        forgotten.add(round.idHex);
        cache.delete(round.idHex);
        await store.removeDocument(name(round));
      }),

    async tick(round) {
      if (round.manifest.kind !== "reports" || round.state.envelopesDestroyed || forgotten.has(round.idHex)) return;
      const period = periodOf(round, now().getTime() / 1000);
      const last = rebuiltIn.get(round.idHex);
      if (last === undefined) rebuiltIn.set(round.idHex, period);
      if (last === undefined || period === last) return;
      await turn.run(() => rebuild(round));
      rebuiltIn.set(round.idHex, period);
    },
  };
}

/** The lookup that an entry begins with. */
function placeOf(entry: string): string {
  return toHex(Buffer.from(entry.slice(0, 44), "base64").subarray(0, 32));
}

function name(round: LiveRound): string {
  return `rounds/${round.idHex}/replies`;
}

async function read(store: Store, round: LiveRound): Promise<RepliesDocument> {
  const result = v.safeParse(schema, (await store.readDocument(name(round))) ?? { real: [], fillers: [], waiting: [] });
  if (!result.success) throw new AmanaError("ERR_STORE_DAMAGED", { note: `Unreadable: ${name(round)}` });
  return result.output;
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}

/** A random number below `limit`, at most 2^24, of 6 bytes: its bias is below 2^-24. */
function below(limit: number, rng: Rng): number {
  return Number.parseInt(toHex(rng(6)), 16) % limit;
}

/** Sealing a filler takes milliseconds; requests are answered in between. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
