/** A clock that the demo can move forward: a wave of weeks passes in a minute. It never stands still. */
export class Clock {
  #ahead = 0;

  readonly now = (): Date => new Date(Date.now() + this.#ahead);

  /** Moves forward to a moment, given in unix seconds. */
  moveTo(seconds: number): void {
    this.#ahead = Math.max(this.#ahead, seconds * 1000 - Date.now());
  }
}
