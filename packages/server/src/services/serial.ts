/** Runs tasks one after the other: check and write belong together. A failed task does not stop the next. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task, task);
    this.#last = next.catch(() => undefined);
    return next;
  }

  /** When everything asked for so far is done. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
