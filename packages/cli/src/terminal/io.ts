import type { Fetch } from "@amana/client";

/** Everything a command may touch outside its arguments: tests give their own. */
export interface Io {
  /** Writes a line for people to stdout; silent with --json. */
  say(line?: string): void;
  /** Writes the one JSON result to stdout; silent without --json. */
  result(value: unknown): void;
  /** Writes a line to stderr, always. */
  warn(line: string): void;
  /** Shows a bar for long work on a terminal; `stop` ends it. */
  progress(label: string, total: number): Bar;
  /** Asks a person; null when there is nobody to ask (no terminal). */
  ask(question: string, options?: { readonly hidden?: boolean }): Promise<string | null>;
  readonly json: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  readonly fetch: Fetch;
  /** Ends `amana serve` as a signal does. */
  readonly stop?: AbortSignal | undefined;
}

export interface Bar {
  update(done: number): void;
  stop(): void;
}

/** A command ended as it should, but what it checked does not hold: exit code 1. */
export const CHECK_FAILED = 1;
/** A command could not do what it was asked: exit code 2. */
export const COULD_NOT = 2;
