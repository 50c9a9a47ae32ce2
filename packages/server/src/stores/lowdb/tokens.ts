/** Tokens that were used, in memory, until their time is over: by then nothing accepts them. */
export class Tokens {
  readonly #used = new Map<string, number>();

  use(token: string, { now, until }: { readonly now: number; readonly until: number }): boolean {
    for (const [old, end] of this.#used) if (end < now) this.#used.delete(old);
    if (this.#used.has(token)) return false;
    this.#used.set(token, until);
    return true;
  }
}
