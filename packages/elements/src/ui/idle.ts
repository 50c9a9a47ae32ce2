/** Seconds without a touch after which a shared device asks whether anybody is there. */
export const QUIET = 120;
/** Seconds for an answer; then everything is cleared. */
export const COUNTDOWN = 30;

/**
 * Knows how long nobody has touched a shared device. Times are milliseconds of the wall clock: a tablet that slept through them is cleared when it
 * wakes. Once it asks, a touch is no answer: it may be the next person's, who must not see what the one before has written.
 */
export class IdleWatch {
  /** How many seconds are left, once it asks; null when that is answered. */
  readonly #onLeft: (left: number | null) => void;
  readonly #onOver: () => void;
  #since: number | null = null;
  #asking = false;

  constructor(onLeft: (left: number | null) => void, onOver: () => void) {
    this.#onLeft = onLeft;
    this.#onOver = onOver;
  }

  /** Somebody is there, or there is nobody to wait for. */
  touch(now: number): void {
    this.look(now);
    if (!this.#asking) this.#since = now;
  }

  /** Whoever was asked is still there. */
  stay(now: number): void {
    this.reset();
    this.#since = now;
  }

  /** The visit is over: the next one begins to count anew. */
  reset(): void {
    if (this.#asking) this.#onLeft(null);
    this.#since = null;
    this.#asking = false;
  }

  /** To be called at least once a second. */
  look(now: number): void {
    // A clock that was set back has no quiet time behind it.
    this.#since = Math.min(this.#since ?? now, now);
    const left = Math.ceil(QUIET + COUNTDOWN - (now - this.#since) / 1000);
    if (left <= 0) {
      this.reset();
      this.#onOver();
    } else if (left <= COUNTDOWN) {
      this.#asking = true;
      this.#onLeft(left);
    }
  }
}
