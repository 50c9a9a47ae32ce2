import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Job, Outcome } from "./outcome.ts";

type Answer = { readonly outcome: Outcome } | { readonly failure: string };

/** Plays games in processes of their own, two at the most, the largest first. @throws Error when a game cannot be played to its end */
export async function playAll(jobs: readonly Job[], onPlayed: (outcome: Outcome) => void): Promise<void> {
  const queue = [...jobs].sort((a, b) => b.people - a.people);
  const workers = Array.from({ length: Math.min(2, availableParallelism(), queue.length) }, () => {
    return fork(fileURLToPath(new URL("./worker.js", import.meta.url)), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  });
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let job = queue.shift(); job !== undefined; job = queue.shift()) onPlayed(await ask(worker, job));
      }),
    );
  } finally {
    for (const worker of workers) worker.kill();
  }
}

function ask(worker: ChildProcess, job: Job): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error("a worker ended"));
    worker.once("exit", onExit);
    worker.once("message", (answer: Answer) => {
      worker.off("exit", onExit);
      if ("outcome" in answer) resolve(answer.outcome);
      else reject(new Error(answer.failure));
    });
    worker.send(job);
  });
}
