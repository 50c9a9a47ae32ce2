import { AmanaError } from "@amana/core/errors";

export interface LimitOptions {
  /** Requests that are being worked on at once; a slow sender is not one of them until its body is there. */
  readonly work?: number;
  /** Bytes of bodies held in memory at once: of ordinary requests, and of uploaded files. */
  readonly bodyBytes?: number;
  readonly fileBytes?: number;
  /** How long a body may take, in milliseconds. */
  readonly bodyMilliseconds?: number;
}

/** Which of the two budgets a body is counted in: large files must not crowd out answers. */
export type Budget = "bodies" | "files";

/**
 * Bounds of what strangers can make the server hold. They know no address: an office behind one address is never locked
 * out, and there is nothing to keep.
 */
export class Limits {
  readonly bodyMilliseconds: number;
  readonly #mostWork: number;
  readonly #mostBytes: Readonly<Record<Budget, number>>;
  readonly #bytes: Record<Budget, number> = { bodies: 0, files: 0 };
  #work = 0;

  constructor({ work = 256, bodyBytes = 128 * 2 ** 20, fileBytes = 64 * 2 ** 20, bodyMilliseconds = 30_000 }: LimitOptions = {}) {
    this.#mostWork = work;
    this.#mostBytes = { bodies: bodyBytes, files: fileBytes };
    this.bodyMilliseconds = bodyMilliseconds;
  }

  /** Runs `task` if there is room. @throws ERR_OVERLOADED */
  async work<T>(task: () => Promise<T>): Promise<T> {
    if (this.#work >= this.#mostWork) throw new AmanaError("ERR_OVERLOADED", { retryAfter: 2 });
    this.#work += 1;
    try {
      return await task();
    } finally {
      this.#work -= 1;
    }
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
