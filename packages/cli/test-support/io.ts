import type { Io } from "../src/terminal/io.ts";

/** What a command wrote, for tests. */
export interface Written {
  readonly said: string[];
  readonly warned: string[];
  readonly results: unknown[];
}

/** An `Io` without a terminal, a network or a person. */
export function testIo(overrides: Partial<Io> = {}): { io: Io; written: Written } {
  const written: Written = { said: [], warned: [], results: [] };
  const io: Io = {
    json: false,
    environment: {},
    now: () => new Date("2026-12-01T08:00:00Z"),
    fetch: () => Promise.reject(new Error("no network")),
    say: (line = "") => void written.said.push(line),
    warn: (line) => void written.warned.push(line),
    result: (value) => void written.results.push(value),
    progress: () => ({ update: () => undefined, stop: () => undefined }),
    ask: async () => null,
    ...overrides,
  };
  return { io, written };
}
