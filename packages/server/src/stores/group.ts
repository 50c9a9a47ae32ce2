import { AmanaError } from "@amana/core/errors";

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Group commit: whatever arrives while the disk is busy is written together by the next turn. One turn runs at a time, so
 * what a turn decides needs no lock.
 */
export class GroupCommit<Item, Result> {
  readonly #commit: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>;
  readonly #limit: number;
  #queue: Waiting<Item, Result>[] = [];
  #tail: Promise<unknown> = Promise.resolve();

  /** `commit` gives one result or error for each item, in their order. More than `limit` waiting items are refused. */
  constructor(commit: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>, limit: number) {
    this.#commit = commit;
    this.#limit = limit;
  }

  /** Resolves after the disk has the item. @throws ERR_OVERLOADED, and what `commit` gave for the item */
  submit(item: Item): Promise<Result> {
    if (this.#queue.length >= this.#limit) return Promise.reject(new AmanaError("ERR_OVERLOADED", { retryAfter: 1 }));
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      if (this.#queue.length === 1) this.#then(() => this.#turn());
    });
  }

  /** Runs a step between turns: everything submitted before is on the disk or has failed, nothing is submitted meanwhile. */
  exclusive<T>(step: () => Promise<T>): Promise<T> {
    return this.#then(step);
  }

  #then<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(step);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  async #turn(): Promise<void> {
    const waiting = this.#queue;
    this.#queue = [];
    try {
      const results = await this.#commit(waiting.map(({ item }) => item));
      waiting.forEach(({ resolve, reject }, i) => {
        const result = results[i] as Result | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
