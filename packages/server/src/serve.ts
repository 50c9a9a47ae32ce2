import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { programmeDigits, programmeId } from "@amana/core/programme";
import express from "express";
import { type Amana, createAmana } from "./app.ts";
import { type Config, readBrand } from "./config/index.ts";
import { type ErrorLine, errorLog, problemReply, sendReply } from "./http/index.ts";
import { serveOperator } from "./routers/operator.ts";
import { type LowdbStore, lowdbStore } from "./stores/lowdb/index.ts";

/** Where a server's lines go. It never writes what a visitor sent. */
export interface ServeIo {
  say(line: string): void;
  warn(line: string): void;
  /** Ends the server as a signal does. */
  readonly stop?: AbortSignal | undefined;
  /** Called with the server's address once it answers. */
  readonly onListening?: ((url: string) => void) | undefined;
  /** The clock that rounds go by; a trial may move it. */
  readonly now?: (() => Date) | undefined;
}

/** How long a connection may be without a byte read or written, in milliseconds. */
const SILENCE = 60_000;
/** How long requests may go on after the server was told to stop. */
const GRACE = 10_000;

/**
 * Runs the reference server until SIGINT, SIGTERM or `io.stop`, then ends so that nothing acknowledged is lost.
 * @returns the exit code: 0 after a stop, 2 with one sentence in `io.warn` if it could not start; then nothing was changed
 */
export async function serve(config: Config, io: ServeIo): Promise<number> {
  const stopped = untilStopped(io.stop);
  try {
    await run(config, io, stopped.promise);
    return 0;
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    io.warn(`amana: ${error.message} (${error.code})`);
    for (const { path, message } of error.details.problems ?? []) io.warn(`  ${path}  ${message}`);
    return 2;
  } finally {
    stopped.forget();
  }
}

async function run(config: Config, io: ServeIo, stopped: Promise<void>): Promise<void> {
  if (!existsSync(config.data)) throw new AmanaError("ERR_PROGRAMME_MISSING");
  const brand = config.brand === undefined ? undefined : await readBrand(config.brand);
  // The port comes first: a server that cannot listen must not touch the data folder.
  const { server, mount } = await listen(config);
  try {
    const store = await lowdbStore(config.data);
    const amana = await opened(config, store, brand, io);
    const endOperator = serveOperator(
      store.lock.server,
      amana.operator,
      errorLog((line) => io.warn(JSON.stringify(line))),
    );
    mount(amana);
    const { port } = server.address() as AddressInfo;
    const url = `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port}${config.base}`;
    io.say(`Amana listens at ${url}`);
    io.say(`Programme ${programmeDigits(programmeId(amana.programme))}${amana.programme.trial ? "   trial: it protects nobody" : ""}`);
    io.onListening?.(url);
    await stopped;
    await end(server);
    await endOperator();
    await amana.close();
    io.say("Stopped.");
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function opened(
  config: Config,
  store: LowdbStore,
  brand: Parameters<typeof createAmana>[0]["brand"],
  { warn, now }: ServeIo,
): Promise<Amana> {
  try {
    const log = (line: ErrorLine): void => warn(JSON.stringify(line));
    return await createAmana({ store, origin: config.origin, form: config.form, brand, log, now });
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Binds the address; until the router is mounted every request is told to come again. @throws ERR_ADDRESS_BUSY, ERR_CONFIG_INVALID */
async function listen({ host, port, base }: Config): Promise<{ server: Server; mount: (amana: Amana) => void }> {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  let ready: Amana | null = null;
  app.use(base, (request, response, next) => {
    if (ready !== null) ready.router(request, response, next);
    else sendReply(response, problemReply(new AmanaError("ERR_OVERLOADED", { retryAfter: 1 })));
  });
  app.use((_request, response) => sendReply(response, problemReply(new AmanaError("ERR_NOT_FOUND"))));
  const server = createServer({ maxHeaderSize: 8192, headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 10_000 }, app);
  server.maxConnections = 8192;
  // Whoever does not read an answer gives its place to others.
  server.timeout = SILENCE;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error.code)));
    server.listen(port, host, resolve);
  });
  return {
    server,
    mount: (amana) => {
      ready = amana;
    },
  };
}

function listenError(code: string | undefined): AmanaError {
  if (code === "EADDRINUSE") return new AmanaError("ERR_ADDRESS_BUSY");
  const [path, message] =
    code === "EACCES"
      ? ["/AMANA_PORT", "this port may not be used without more rights"]
      : ["/AMANA_HOST", "not an address of this machine"];
  return new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path, message }] });
}

/** Takes no new connection, lets requests finish, then closes what is left. */
async function end(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE);
  await closed;
  clearTimeout(timer);
}

/** The first signal asks, the second one kills, as no handler is left for it. */
function untilStopped(signal: AbortSignal | undefined): { promise: Promise<void>; forget: () => void } {
  let stop: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const forget = (): void => {
    process.off("SIGINT", onStop).off("SIGTERM", onStop);
    signal?.removeEventListener("abort", onStop);
  };
  const onStop = (): void => {
    forget();
    stop();
  };
  process.on("SIGINT", onStop).on("SIGTERM", onStop);
  signal?.addEventListener("abort", onStop);
  if (signal?.aborted === true) onStop();
  return { promise, forget };
}
