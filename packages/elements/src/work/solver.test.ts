import { checkWork, solveWork } from "@amana/core/mailbox";
import { describe, expect, it } from "vitest";
import { type SolvingWorker, type WorkQuestion, WorkSolver } from "./solver.ts";

const manifestId = new Uint8Array(32).fill(7);
const message = new Uint8Array(100).fill(9);

/** A worker that answers what `answer` says; null: it never does. */
function workerOf(answer: ((question: WorkQuestion) => Promise<Uint8Array>) | null) {
  const worker: SolvingWorker & { ended: boolean } = {
    ended: false,
    onmessage: null,
    onerror: null,
    postMessage: (question) => {
      worker.onmessage?.({ data: { tried: 1024 } });
      void answer?.(question).then((work) => worker.onmessage?.({ data: { work } }));
    },
    terminate: () => {
      worker.ended = true;
    },
  };
  return worker;
}

const honest = (question: WorkQuestion) => solveWork(question.manifestId, question.message, question.difficulty);

describe("work", () => {
  it("is found by the worker, again and again the same one, and tells how far it is", async () => {
    const workers: ReturnType<typeof workerOf>[] = [];
    const solver = new WorkSolver(() => {
      workers.push(workerOf(honest));
      return workers.at(-1) ?? null;
    });
    const told: number[] = [];
    solver.onProgress = (likely) => told.push(likely);
    for (const difficulty of [8, 10]) {
      expect(checkWork(manifestId, message, await solver.solve(manifestId, message, difficulty), difficulty)).toBe(true);
    }
    expect(workers.length).toBe(1);
    expect(told.filter((likely) => likely > 0.6 && likely < 1).length).toBe(2);
  });

  it("is found in the page where there is no worker, where it fails, and where its answer is wrong", async () => {
    const failing = workerOf(null);
    failing.postMessage = () => failing.onerror?.();
    for (const worker of [null, failing, workerOf(async () => new Uint8Array(8).fill(255))]) {
      const work = await new WorkSolver(() => worker).solve(manifestId, message, 11);
      expect(checkWork(manifestId, message, work, 11)).toBe(true);
      expect(worker?.ended ?? true).toBe(true);
    }
  });

  it("can be stopped, beside the page and in it", async () => {
    const worker = workerOf(null);
    const solver = new WorkSolver(() => worker);
    const solving = solver.solve(manifestId, message, 60);
    solver.stop();
    await expect(solving).rejects.toThrow("stopped");
    expect(worker.ended).toBe(true);
    const alone = new WorkSolver(() => null);
    const here = alone.solve(manifestId, message, 60);
    setTimeout(() => alone.stop(), 1);
    await expect(here).rejects.toThrow("stopped");
  });
});
