import { AmanaError } from "@amana/core/errors";
import { FairQueue } from "./fair-queue.ts";

export interface LimitOptions {
  /** Requests that are being worked on at once; a slow sender is not one of them until its body is there. */
  readonly work?: number;
  /** The same of what anyone may send any number of times: of messages of reports channels, and of attachments. */
  readonly strangers?: number;
  /** Requests that may wait for their turn, in each line. */
  readonly waiting?: number;
  /** Bytes of bodies held in memory at once: of ordinary requests, and of uploaded files. */
  readonly bodyBytes?: number;
  readonly fileBytes?: number;
  /** How long a body may take, in milliseconds. */
  readonly bodyMilliseconds?: number;
}

/** In which line a request waits: a flood of reports holds up no respondent, trustee or handler, and one of attachments no report. */
export type Line = "work" | "reports" | "uploads";

/** Which of the two budgets a body is counted in: large files must not crowd out answers. */
export type Budget = "bodies" | "files";

/**
 * One: whoever is next waits for those that run, then for its own write, so for twice as long as on an idle server. Of respondents' answers,
 * which need an invitation, many run at once and share a write to the disk.
 */
const STRANGERS = 1;

/**
 * Bounds of what strangers can make the server hold. No address is counted, kept or refused: an office behind one address is never locked
 * out. Senders take turns while requests wait ({@link FairQueue}), and that is all that an address is for.
 */
export class Limits {
  readonly bodyMilliseconds: number;
  readonly #lines: Readonly<Record<Line, FairQueue>>;
  readonly #mostBytes: Readonly<Record<Budget, number>>;
  readonly #bytes: Record<Budget, number> = { bodies: 0, files: 0 };

  constructor({
    work = 256,
    strangers = STRANGERS,
    waiting = 1024,
    bodyBytes = 128 * 2 ** 20,
    fileBytes = 64 * 2 ** 20,
    bodyMilliseconds = 30_000,
  }: LimitOptions = {}) {
    const line = (running: number): FairQueue => new FairQueue({ running, waiting });
    this.#lines = { work: line(work), reports: line(strangers), uploads: line(strangers) };
    this.#mostBytes = { bodies: bodyBytes, files: fileBytes };
    this.bodyMilliseconds = bodyMilliseconds;
  }

  /** Runs `task` when it is its sender's turn. @throws ERR_OVERLOADED */
  work<T>(line: Line, sender: string, task: () => Promise<T>): Promise<T> {
    return this.#lines[line].run(sender, task);
  }

  /** Counts bytes that arrived; `ERR_OVERLOADED` when there is no room for them. */
  hold(budget: Budget, count: number): AmanaError | null {
    if (this.#bytes[budget] + count > this.#mostBytes[budget]) return new AmanaError("ERR_OVERLOADED", { retryAfter: 2 });
    this.#bytes[budget] += count;
    return null;
  }

  /** Runs `task` on a body that counts until it is done. @throws ERR_OVERLOADED */
  async holding<T>(budget: Budget, count: number, task: () => Promise<T>): Promise<T> {
    const refusal = this.hold(budget, count);
    if (refusal !== null) throw refusal;
    try {
      return await task();
    } finally {
      this.release(budget, count);
    }
  }

  /** Gives back what {@link hold} counted. */
  release(budget: Budget, count: number): void {
    this.#bytes[budget] -= count;
  }
}
