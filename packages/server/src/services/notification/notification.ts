import { integer } from "@amana/core/bytes";
import * as v from "valibot";
import type { Store } from "../../stores/store.ts";
import { Serial } from "../serial.ts";
import type { MailRefusal, SendMail } from "./mail.ts";

/** The handlers' daily message, as the operator sees it. No address, nothing a mail server said. */
export interface NotificationStatus {
  /** Minutes after midnight UTC. */
  readonly at: number;
  readonly addresses: number;
  /** When the newest message that was handed over was due, unix seconds; null before the first. */
  readonly handedOver: number | null;
  /** Why some addresses are without the present one, which is tried again; null when nothing is wrong. */
  readonly refusal: MailRefusal | null;
}

export interface NotificationOptions {
  /** Minutes after midnight UTC, and the addresses. */
  readonly at: number;
  readonly to: readonly string[];
  readonly send: SendMail;
  readonly store: Pick<Store, "readDocument" | "writeDocument" | "useOnce">;
  readonly now: () => Date;
  readonly onError?: (error: unknown) => void;
}

const DAY = 86_400;
/** What was not handed over is tried again at whole multiples of this after the time of the day, until the next day's is due. Seconds. */
const AGAIN = 900;
const DOCUMENT = "notification";
const documentSchema = v.strictObject({ day: integer(Number.MAX_SAFE_INTEGER) });

/** The message of one day, until everyone has it. */
interface Present {
  readonly day: number;
  readonly left: readonly string[];
  readonly refusal: MailRefusal | null;
  /** Which attempt was the last. */
  readonly attempt: number;
}

/**
 * Tells handlers once a day to look into their inboxes, by the clock alone: it has no access to rounds, reports or the ledger, so that
 * nothing in a message, and no moment of one, can depend on them. A day runs from one message's time to the next one's; the message of a
 * day that is over is not sent any more.
 */
export class Notification {
  readonly #options: NotificationOptions;
  readonly #stopped = new AbortController();
  readonly #turn = new Serial();
  #present: Present | null = null;
  #busy = false;
  /** The day of the newest message that was handed over. */
  #day: number | null;

  private constructor(options: NotificationOptions, day: number | null) {
    this.#options = options;
    this.#day = day;
  }

  /** Takes up which day had its message. @throws ERR_STORE_DAMAGED */
  static async open(options: NotificationOptions): Promise<Notification> {
    return new Notification(options, await keptDay(options.store));
  }

  /** Sends the day's message if it is due, beside everything else. */
  run(): void {
    if (this.#busy || this.#stopped.signal.aborted) return;
    const { at, to, now, onError } = this.#options;
    const since = Math.floor(now().getTime() / 1000) - at * 60;
    const day = Math.floor(since / DAY);
    const attempt = Math.floor((since - day * DAY) / AGAIN);
    const present = this.#present?.day === day ? this.#present : { day, left: this.#day === day ? [] : to, refusal: null, attempt: -1 };
    if (present.left.length === 0 || present.attempt === attempt) return;
    this.#present = { ...present, attempt };
    this.#busy = true;
    void this.#turn
      .run(() => this.#send(day, attempt, present.left))
      .catch((error: unknown) => onError?.(error))
      .finally(() => {
        this.#busy = false;
      });
  }

  get status(): NotificationStatus {
    const { at, to } = this.#options;
    return {
      at,
      addresses: to.length,
      handedOver: this.#day === null ? null : this.#dueAt(this.#day),
      refusal: this.#present?.refusal ?? null,
    };
  }

  /** When what was begun is done. */
  async idle(): Promise<void> {
    await this.#turn.idle();
  }

  /** Ends a message that is under way. */
  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#turn.idle();
  }

  async #send(day: number, attempt: number, left: readonly string[]): Promise<void> {
    const { send, store, now } = this.#options;
    // One process makes an attempt, and whoever handed a message over goes on with those who are left.
    const other = await keptDay(store);
    if (other !== this.#day && other === day) {
      this.#day = day;
      this.#present = { day, attempt, left: [], refusal: null };
      return;
    }
    const until = now().getTime() / 1000 + DAY;
    if (!(await store.useOnce(`notification ${day} ${attempt}`, { now: until - DAY, until }))) return;
    const done = await send(left, new Date(this.#dueAt(day) * 1000), this.#stopped.signal);
    this.#present = { day, attempt, ...done };
    if (done.left.length === left.length || this.#day === day) return;
    // In memory first: with a full disk one message too many after a restart, not one every quarter of an hour.
    this.#day = day;
    await store.writeDocument(DOCUMENT, { day });
  }

  #dueAt(day: number): number {
    return day * DAY + this.#options.at * 60;
  }
}

async function keptDay(store: Pick<Store, "readDocument">): Promise<number | null> {
  const kept = v.safeParse(documentSchema, await store.readDocument(DOCUMENT));
  return kept.success ? kept.output.day : null;
}
