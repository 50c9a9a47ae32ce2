import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A folder of its own and the processes of one benchmark: what is measured does not compete with what measures it. */
export class Processes {
  readonly folder: string;
  readonly #children: ChildProcess[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(name: string): Promise<Processes> {
    return new Processes(await mkdtemp(join(tmpdir(), `amana-bench-${name}-`)));
  }

  start(module: URL, env: Record<string, string> = {}): ChildProcess {
    const child = fork(fileURLToPath(module), { env: { ...process.env, ...env } });
    this.#children.push(child);
    return child;
  }

  /** The reference server on a data folder. @returns its address */
  async serve(data: string): Promise<string> {
    const child = this.start(new URL("./server.js", import.meta.url), { AMANA_DATA: data, AMANA_PORT: "0" });
    return ((await once(child, "message")) as [string])[0];
  }

  /** Ends every process that has not ended, and removes the folder. */
  async close(): Promise<void> {
    for (const child of this.#children) {
      if (!child.connected) continue;
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
