import { readEnv, serve } from "@amana/server";

/** The reference server, in a process of its own: the client that measures does not compete with it. */
const stop = new AbortController();
process.once("disconnect", () => stop.abort());
process.exitCode = await serve(readEnv(), {
  say: () => undefined,
  warn: (line) => void process.stderr.write(`${line}\n`),
  stop: stop.signal,
  onListening: (url) => process.send?.(url),
});
