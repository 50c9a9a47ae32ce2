import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const PACKAGE = fileURLToPath(new URL("..", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** The program that `amana` is when it is installed. */
export const MAIN = `${PACKAGE}dist/main.js`;

/** Builds the program that these tests run: a stale one would prove nothing. */
export function build(): void {
  const { status, stdout } = spawnSync(process.execPath, [`${ROOT}node_modules/typescript/bin/tsc`, "-b", PACKAGE], { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout);
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; `watch` sees its output grow and may write to it, or end it. */
export function start(
  command: string,
  line: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  watch: (output: string, child: ChildProcess) => void = () => undefined,
): Promise<Ended> {
  const child = spawn(command, line, { env: { ...process.env, ...environment } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    watch(stdout + stderr, child);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
    watch(stdout + stderr, child);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** `amana` as a process of its own, without a terminal. */
export function amanaProcess(line: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return start(process.execPath, [MAIN, ...line], environment);
}
