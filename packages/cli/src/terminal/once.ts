import { COULD_NOT, type Io } from "./io.ts";

/** An {@link Io} that lets one result through, and makes one where a command gave none. */
export interface OnceIo extends Io {
  /** Call it last. */
  finish(code: number): void;
}

/** Whoever reads `--json` finds exactly one object, however a command ended. */
export function once(io: Io): OnceIo {
  let written = false;
  const result = (value: unknown): void => {
    if (written) return;
    written = true;
    io.result(value);
  };
  return {
    json: io.json,
    environment: io.environment,
    stop: io.stop,
    now: () => io.now(),
    fetch: (url, init) => io.fetch(url, init),
    say: (line) => io.say(line),
    warn: (line) => io.warn(line),
    progress: (label, total) => io.progress(label, total),
    ask: (question, options) => io.ask(question, options),
    result,
    finish: (code) => result(code === COULD_NOT ? { error: "ERR_INTERNAL", message: "See stderr.", problems: [] } : {}),
  };
}
