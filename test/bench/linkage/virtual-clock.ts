/**
 * What time it was, in the virtual time of a round, when something happened at a real time: the thief of a disk reads real times in
 * its stats, and is told what they stand for.
 */
export class ClockTrace {
  readonly #real: number[] = [];
  readonly #virtual: number[] = [];

  /** From now on it is `virtual`. */
  moved(virtual: number): void {
    this.#real.push(Date.now());
    this.#virtual.push(virtual);
  }

  /** The virtual time at real nanoseconds since 1970; -1 before the first move. */
  at(nanoseconds: bigint): number {
    const real = Number(nanoseconds) / 1e6;
    let [low, high] = [0, this.#real.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#real[middle] as number) <= real) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? -1 : (this.#virtual[low - 1] as number);
  }
}
