import { Serial } from "./serial.ts";
import type { Services } from "./services.ts";

/** Does everything that is due by the clock, one run after the other. Runs again change nothing. */
export class Tick {
  readonly #services: Services;
  readonly #onDone: () => void;
  readonly #serial = new Serial();
  #timer: NodeJS.Timeout | null = null;

  /** `onDone` is called after every run that has come to its end, also one in which something failed. */
  constructor(services: Services, onDone: () => void = () => undefined) {
    this.#services = services;
    this.#onDone = onDone;
  }

  /**
   * Seals what is full, logs draws and destroyed keys, closes rounds, destroys the keys of their gateway, rebuilds reply stores, settles attachments, notes when
   * openings begin, takes the day's participation, has witnesses asked and handlers notified, who are not waited for.
   * A round that fails does not stop the others. @throws ERR_STORE_WRITE, ERR_STORE_DAMAGED, ERR_LEDGER_BEHIND, the first one; the next run does what this one left
   */
  run(): Promise<void> {
    return this.#serial.run(() => this.#services.alone(() => this.#run()));
  }

  async #run(): Promise<void> {
    const { sealing, gateway, replies, uploads, reveals, rounds, participation, cosigning, notification, now } = this.#services;
    cosigning.run();
    notification?.run();
    await sealing.tick();
    await gateway.tick();
    const failed: unknown[] = [];
    for (const round of rounds.all()) {
      // An attachment of one round that the disk has lost keeps no reply of another from its reporter.
      const steps = [() => replies.tick(round), () => uploads.tick(round), () => participation.observe(round, now().getTime() / 1000)];
      reveals.observe(round, cosigning.published.size);
      for (const step of steps) await step().catch((error: unknown) => failed.push(error));
    }
    cosigning.run();
    this.#onDone();
    if (failed.length > 0) throw failed[0];
  }

  /** Runs `task` after what is due was done, and before the next run: nothing is half sealed or half settled then. What fails in the run is for the next one. */
  async between<T>(task: () => Promise<T>): Promise<T> {
    await this.run().catch(() => undefined);
    return this.#serial.run(task);
  }

  /** Runs every second until {@link stop}. A run that takes longer is not met by another. */
  start(onError: (error: unknown) => void): void {
    const next = (): void => {
      this.#timer = setTimeout(() => {
        this.run()
          .catch(onError)
          .finally(() => this.#timer !== null && next());
      }, 1000);
      this.#timer.unref();
    };
    next();
  }

  /** Ends the runs, and waits for the one that goes on. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#serial.idle();
  }
}
