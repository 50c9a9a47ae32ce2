/** How often it is looked whether somebody is there. Milliseconds. */
const STEP = 5000;
const MINUTE = 60_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "input", "wheel"] as const;

/**
 * Watches whether somebody uses the page. The wall clock counts, so that a computer that slept through the time is locked when it wakes.
 * `tell`: minutes that are left, 1 and then 0; null once somebody is there again.
 */
export class Idle {
  readonly #limit: number;
  readonly #tell: (left: 1 | 0 | null) => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #used = Date.now();
  #warned = false;
  readonly #onSign = (): void => this.sign();
  readonly #onSight = (): void => this.#look();

  constructor(minutes: number, tell: (left: 1 | 0 | null) => void) {
    this.#limit = minutes * MINUTE;
    this.#tell = tell;
    for (const sign of SIGNS) document.addEventListener(sign, this.#onSign, { capture: true, passive: true });
    document.addEventListener("visibilitychange", this.#onSight);
    this.#timer = setInterval(this.#onSight, STEP);
  }

  stop(): void {
    for (const sign of SIGNS) document.removeEventListener(sign, this.#onSign, { capture: true });
    document.removeEventListener("visibilitychange", this.#onSight);
    clearInterval(this.#timer);
  }

  /** Somebody is there, or something goes on that must not be cut off. */
  sign(): void {
    // First looked, then counted: whoever comes back too late finds a locked page.
    this.#look();
    this.#used = Date.now();
    if (this.#warned) this.#tell(null);
    this.#warned = false;
  }

  #look(): void {
    const left = this.#used + this.#limit - Date.now();
    if (left <= 0) {
      this.stop();
      this.#tell(0);
    } else if (left <= MINUTE && !this.#warned) {
      this.#warned = true;
      this.#tell(1);
    }
  }
}
