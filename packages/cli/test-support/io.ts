import type { Io } from "../src/terminal/io.ts";

/** What a command wrote, for tests. */
export interface Written {
  readonly said: string[];
  readonly warned: string[];
  readonly results: unknown[];
  readonly asked: string[];
}

/** Everything that stood on the screen or in a pipe. */
export function everything({ said, warned, results, asked }: Written): string {
  return [...said, ...warned, ...results.map((value) => JSON.stringify(value)), ...asked].join("\n");
}

/** An `Io` without a terminal or a network; `answers` are what a person types, one after the other. */
export function testIo({ answers = [], ...overrides }: Partial<Io> & { readonly answers?: readonly string[] } = {}): {
  io: Io;
  written: Written;
} {
  const written: Written = { said: [], warned: [], results: [], asked: [] };
  const left = [...answers];
  const io: Io = {
    json: false,
    environment: {},
    now: () => new Date("2026-12-01T08:00:00Z"),
    fetch: () => Promise.reject(new Error("no network")),
    say: (line = "") => void written.said.push(line),
    warn: (line) => void written.warned.push(line),
    result: (value) => void written.results.push(value),
    progress: () => ({ update: () => undefined, stop: () => undefined }),
    ask: async (question) => {
      written.asked.push(question);
      return left.shift() ?? null;
    },
    ...overrides,
  };
  return { io, written };
}
