import { solveWork } from "@amana/core/mailbox";
import type { WorkAnswer, WorkQuestion } from "./solver.ts";

/** How often progress is told: every so many pauses of 1,024 hashes. */
const TELL = 16;

/** What this file sees of the worker it runs in. */
interface Scope {
  onmessage: ((event: { readonly data: WorkQuestion }) => void) | null;
  postMessage(answer: WorkAnswer): void;
}

const scope = globalThis as unknown as Scope;

scope.onmessage = async ({ data: { manifestId, message, difficulty } }) => {
  let pauses = 0;
  const pause = async (): Promise<void> => {
    pauses += 1;
    if (pauses % TELL === 0) scope.postMessage({ tried: pauses * 1024 });
  };
  scope.postMessage({ work: await solveWork(manifestId, message, difficulty, pause) });
};
