/** Seconds without a touch after which a shared device asks whether anybody is there. */
export const QUIET = 120;
/** Seconds for an answer; then everything is cleared. */
export const COUNTDOWN = 30;

/** Counts the seconds in which nobody touches a shared device. Called once a second. */
export class IdleWatch {
  /** How many seconds are left, once it asks; null when somebody is there again. */
  readonly #onLeft: (left: number | null) => void;
  readonly #onOver: () => void;
  #seconds = 0;

  constructor(onLeft: (left: number | null) => void, onOver: () => void) {
    this.#onLeft = onLeft;
    this.#onOver = onOver;
  }

  get asking(): boolean {
    return this.#seconds >= QUIET;
  }

  /** Somebody is there. */
  touch(): void {
    const { asking } = this;
    this.#seconds = 0;
    if (asking) this.#onLeft(null);
  }

  second(): void {
    this.#seconds += 1;
    const left = QUIET + COUNTDOWN - this.#seconds;
    if (left <= 0) {
      this.#seconds = 0;
      this.#onLeft(null);
      this.#onOver();
    } else if (this.asking) this.#onLeft(left);
  }
}
