import { solveWork } from "@amana/core/mailbox";

/** Finds a proof of work: {@link solveWork}, or somebody who does it beside the page. */
export type WorkSolver = (manifestId: Uint8Array, message: Uint8Array, difficulty: number) => Promise<Uint8Array>;

/** In the page itself, which stays alive meanwhile. */
export const solveHere: WorkSolver = (manifestId, message, difficulty) =>
  solveWork(manifestId, message, difficulty, () => new Promise((resolve) => setTimeout(resolve, 0)));
