import cliProgress from "cli-progress";
import { ask } from "./ask.ts";
import type { Bar, Io } from "./io.ts";
import { printable } from "./printable.ts";

/** The real terminal, environment, clock and network. */
export function processIo(json: boolean): Io {
  return {
    json,
    environment: process.env,
    now: () => new Date(),
    fetch: (url, init) => globalThis.fetch(url, init),
    say: (line = "") => void (json || process.stdout.write(`${printable(line)}\n`)),
    result: (value) => void (json && process.stdout.write(`${JSON.stringify(value)}\n`)),
    warn: (line) => void process.stderr.write(`${printable(line)}\n`),
    progress: (label, total) => (process.stderr.isTTY && !json ? terminalBar(label, total) : silentBar),
    ask: (question, options) => ask(question, options?.hidden ?? false),
  };
}

const silentBar: Bar = { update: () => undefined, stop: () => undefined };

/** How far, how fast, and how long still. */
function terminalBar(label: string, total: number): Bar {
  const format = `${label} [{bar}] {percentage}% · {value}/{total} · {rate}/s · {eta_formatted} left`;
  const bar = new cliProgress.SingleBar({ format, stream: process.stderr, clearOnComplete: true }, cliProgress.Presets.shades_classic);
  const began = performance.now();
  const rateOf = (done: number): number => Math.round((1000 * done) / Math.max(1, performance.now() - began));
  bar.start(total, 0, { rate: 0 });
  return { update: (done) => bar.update(done, { rate: rateOf(done) }), stop: () => bar.stop() };
}
