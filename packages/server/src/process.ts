import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import express, { type Router } from "express";
import { problemReply, sendReply } from "./http/index.ts";

/** Where the lines of a process go that serves something. It never writes what a visitor sent. */
export interface ProcessIo {
  say(line: string): void;
  warn(line: string): void;
  /** Ends the process's work as a signal does. */
  readonly stop?: AbortSignal | undefined;
  /** Called with the server's address once it answers, and with that of its metrics. */
  readonly onListening?: ((url: string, metrics?: string) => void) | undefined;
}

/** How long a connection may be without a byte read or written, in milliseconds. */
const SILENCE = 60_000;
/** How long requests may go on after the server was told to stop. */
const GRACE = 10_000;

/**
 * Runs `work` until SIGINT, SIGTERM or `io.stop`, which settles the promise that it is given.
 * @returns the exit code: 0 after a stop, 2 with one sentence in `io.warn` if it could not start
 */
export async function runUntilStopped(io: ProcessIo, work: (stopped: Promise<void>) => Promise<void>): Promise<number> {
  const stopped = untilStopped(io.stop);
  try {
    await work(stopped.promise);
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

/** Where something is served. */
export interface Address {
  readonly host: string;
  readonly port: number;
  /** Path under which everything is served, with slashes at both ends. */
  readonly base: string;
}

/** Binds an address; until a router is mounted every request is told to come again. @throws ERR_ADDRESS_BUSY, ERR_CONFIG_INVALID */
export async function listen(address: Address): Promise<{ server: Server; url: string; mount: (router: Router) => void }> {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // A TLS terminator on this machine says who sent a request, so that senders take turns; a stranger's header is believed by nobody.
  app.set("trust proxy", "loopback");
  let ready: Router | null = null;
  app.use(address.base, (request, response, next) => {
    if (ready !== null) ready(request, response, next);
    else sendReply(response, problemReply(new AmanaError("ERR_OVERLOADED", { retryAfter: 1 })));
  });
  app.use((_request, response) => sendReply(response, problemReply(new AmanaError("ERR_NOT_FOUND"))));
  const server = createServer({ maxHeaderSize: 8192, headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 10_000 }, app);
  server.maxConnections = 8192;
  // Whoever does not read an answer gives its place to others.
  server.timeout = SILENCE;
  return {
    server,
    url: await bind(server, address),
    mount: (router) => {
      ready = router;
    },
  };
}

/**
 * Binds a server to an address, port 0 to any. `setting` is how a mistake is named. @returns where it is reached
 * @throws ERR_ADDRESS_BUSY, ERR_CONFIG_INVALID
 */
export async function bind(server: Server, { host, port, base }: Address, setting?: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error.code, setting)));
    server.listen(port, host, resolve);
  });
  return `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}${base}`;
}

function listenError(code: string | undefined, setting: string | undefined): AmanaError {
  if (code === "EADDRINUSE") return new AmanaError("ERR_ADDRESS_BUSY");
  const [path, message] =
    code === "EACCES"
      ? [setting ?? "/AMANA_PORT", "this port may not be used without more rights"]
      : [setting ?? "/AMANA_HOST", "not an address of this machine"];
  return new AmanaError("ERR_CONFIG_INVALID", { problems: [{ path, message }] });
}

/** Takes no new connection, lets requests finish within `grace` milliseconds, then closes what is left. */
export async function endServer(server: Server, grace: number = GRACE): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // A connection whose request has just been answered would else be kept for the next one.
  const idle = setInterval(() => server.closeIdleConnections(), 100);
  const timer = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearInterval(idle);
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
