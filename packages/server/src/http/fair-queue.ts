import { createHmac, randomBytes, randomInt } from "node:crypto";
import { AmanaError } from "@amana/core/errors";

export interface FairQueueOptions {
  /** Tasks that run at once. */
  readonly running: number;
  /** Tasks that may wait for their turn. */
  readonly waiting: number;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: AmanaError) => void;
}

/** Seconds after which whoever found the queue full comes again. */
const AGAIN = 2;

/**
 * Runs tasks, so many at once; the others wait, and senders take turns: ten thousand from one place hold up nobody at another for longer than
 * one of theirs takes. No sender is ever refused for who it is or for what it sent before: a limit of requests for an address would lock out
 * an office behind one address. Only when no more can wait is one told to come again, drawn by lot among those of the sender with the most.
 *
 * It forgets: a sender is a lane only while something of it waits, under a hash whose salt is new each time the queue has run empty.
 */
export class FairQueue {
  readonly #options: FairQueueOptions;
  /** Lanes in the order of their next turn. */
  readonly #lanes = new Map<string, Waiting[]>();
  #salt: Uint8Array = randomBytes(16);
  #running = 0;
  #waiting = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** How many tasks wait, and of how many senders. */
  get load(): { readonly waiting: number; readonly senders: number } {
    return { waiting: this.#waiting, senders: this.#lanes.size };
  }

  /** Runs `task` when it is its turn; `sender` is a network address. @throws ERR_OVERLOADED, and what the task throws */
  async run<T>(sender: string, task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.running) this.#running += 1;
    else await this.#turn(sender);
    try {
      return await task();
    } finally {
      // What is done is answered first, and does not wait for the checks of whatever is next.
      setImmediate(() => this.#next());
    }
  }

  /** Waits for a place, which whoever ends hands over. */
  #turn(sender: string): Promise<void> {
    const lane = this.#laneOf(sender);
    return new Promise<void>((start, refuse) => {
      const tasks = this.#lanes.get(lane) ?? [];
      tasks.push({ start, refuse });
      this.#lanes.set(lane, tasks);
      this.#waiting += 1;
      if (this.#waiting > this.#options.waiting) this.#refuseOne();
    });
  }

  #next(): void {
    const [first] = this.#lanes;
    if (first === undefined) {
      this.#running -= 1;
      return;
    }
    const [lane, tasks] = first;
    const task = tasks.shift();
    // Its next turn is after everybody else's.
    this.#lanes.delete(lane);
    if (tasks.length > 0) this.#lanes.set(lane, tasks);
    this.#took();
    task?.start();
  }

  /** By lot: whoever comes last to a full queue would otherwise be refused each time, as long as a flood goes on. */
  #refuseOne(): void {
    const [lane, tasks] = [...this.#lanes].reduce((most, each) => (each[1].length > most[1].length ? each : most));
    const [refused] = tasks.splice(randomInt(tasks.length), 1);
    if (tasks.length === 0) this.#lanes.delete(lane);
    this.#took();
    refused?.refuse(new AmanaError("ERR_OVERLOADED", { retryAfter: AGAIN }));
  }

  #took(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#salt = randomBytes(16);
  }

  #laneOf(sender: string): string {
    return createHmac("sha256", this.#salt).update(networkOf(sender)).digest("base64").slice(0, 12);
  }
}

/** An IPv4 address, or the first 64 bits of an IPv6 address: whoever has one of these has all of them. */
export function networkOf(address: string): string {
  const four = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (four !== undefined || !address.includes(":")) return four ?? address;
  const [head = "", tail] = address.toLowerCase().split("%", 1)[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => "0");
  return [...before, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":");
}
