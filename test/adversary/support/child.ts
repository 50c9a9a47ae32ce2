import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const MAIN = `${ROOT}packages/cli/dist/main.js`;

/** Builds the program that runs as a process: a stale one would prove nothing. */
export function build(): void {
  const { status, stdout } = spawnSync(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, "-b", `${ROOT}packages/cli`], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stdout);
}

/** `amana …` as a process of its own, and every byte that it wrote to stdout and stderr. */
export class Child {
  written = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(line: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [MAIN, ...line], { env: { ...process.env, ...environment } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.written += chunk.toString("latin1");
      });
    }
    this.#ended = new Promise((resolve) => this.#child.once("close", resolve));
  }

  /** Waits for the address at which it listens. */
  async url(): Promise<string> {
    for (let tries = 0; tries < 600; tries++) {
      const url = /https?:\/\/127\.0\.0\.1:\d+\/(?=[\s"]|$)/m.exec(this.written)?.[0];
      if (url !== undefined && /listens|"url"/.test(this.written)) return url;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`does not listen: ${this.written}`);
  }

  /** Waits for its end. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** Ends it as a loss of power does: it can do nothing more. */
  kill(): Promise<number | null> {
    this.#child.kill("SIGKILL");
    return this.#ended;
  }

  stop(): Promise<number | null> {
    this.#child.kill("SIGTERM");
    return this.#ended;
  }
}
