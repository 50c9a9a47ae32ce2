import { checkWork, solveWork } from "@amana/core/mailbox";
import { startWorker } from "./start-worker.ts";

export interface WorkQuestion {
  readonly manifestId: Uint8Array;
  readonly message: Uint8Array;
  readonly difficulty: number;
}

export type WorkAnswer = { readonly tried: number } | { readonly work: Uint8Array };

/** What {@link WorkSolver} needs of a `Worker`. */
export interface SolvingWorker {
  onmessage: ((event: { readonly data: WorkAnswer }) => void) | null;
  onerror: (() => void) | null;
  postMessage(question: WorkQuestion): void;
  terminate(): void;
}

/**
 * Finds proofs of work (protocol §9.4) beside the page, in a worker, so that typing and leaving stay quick; where the page may start none, in
 * the page itself, between other things. One at a time.
 */
export class WorkSolver {
  /** How likely it is that it would have been found by now, 0 to 1: nobody can know how long it still takes. */
  onProgress: (likely: number) => void = () => undefined;
  readonly #start: () => SolvingWorker | null;
  #worker: SolvingWorker | null = null;
  #stop: (() => void) | null = null;
  #stopped = false;
  /** A worker failed: none is started again. */
  #refused = false;

  /** `start` gives a worker, or null where there can be none. */
  constructor(start: () => SolvingWorker | null) {
    this.#start = start;
  }

  /** As the client calls it. Rejects when it is stopped. */
  readonly solve = async (manifestId: Uint8Array, message: Uint8Array, difficulty: number): Promise<Uint8Array> => {
    this.#stopped = false;
    const question = { manifestId, message, difficulty };
    this.onProgress(0);
    return (await this.#beside(question)) ?? (await this.#here(question));
  };

  /** Gives up what is being looked for, and the worker with it. */
  stop(): void {
    this.#stopped = true;
    this.#worker?.terminate();
    this.#worker = null;
    this.#stop?.();
  }

  /** Null where no worker starts, or one that fails, or whose answer is wrong. */
  async #beside(question: WorkQuestion): Promise<Uint8Array | null> {
    if (this.#worker === null && !this.#refused) this.#worker = this.#start();
    const worker = this.#worker;
    if (worker === null) return null;
    const answer = await new Promise<Uint8Array | null>((resolve, reject) => {
      this.#stop = () => reject(new Error("stopped"));
      worker.onmessage = ({ data }) => ("work" in data ? resolve(data.work) : this.#tell(data.tried, question));
      worker.onerror = () => resolve(null);
      worker.postMessage(question);
    });
    const { manifestId, message, difficulty } = question;
    if (answer !== null && checkWork(manifestId, message, answer, difficulty)) return answer;
    worker.terminate();
    this.#worker = null;
    this.#refused = true;
    return null;
  }

  #here(question: WorkQuestion): Promise<Uint8Array> {
    let tried = 0;
    return solveWork(question.manifestId, question.message, question.difficulty, async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (this.#stopped) throw new Error("stopped");
      tried += 1024;
      this.#tell(tried, question);
    });
  }

  #tell(tried: number, { difficulty }: WorkQuestion): void {
    this.onProgress(1 - Math.exp(-tried / 2 ** difficulty));
  }
}

/** A solver with the worker at `url`; without one in the page itself. */
export function workSolver(url: string | null): WorkSolver {
  return new WorkSolver(() => (url === null ? null : (startWorker(url) as SolvingWorker | null)));
}
