import { existsSync } from "node:fs";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import express from "express";
import { commonHeaders, type ErrorLine, errorLog, json, Limits, Routes } from "../http/index.ts";
import { callFolder } from "../operator-client.ts";
import { type Address, endServer, listen, runUntilStopped } from "../process.ts";
import { enrolmentRoutes } from "../routers/issuer.ts";
import { type Calls, serveCalls } from "../routers/operator.ts";
import type { ServeIo } from "../serve.ts";
import { type LowdbStore, lowdbStore } from "../stores/lowdb/index.ts";
import { IssuerDesk, type IssuerStatus } from "./desk.ts";
import { type IssuerSetup, readSetup } from "./folder.ts";
import type { IssuerLink } from "./link.ts";

export interface IssuerServeIo extends ServeIo {
  /** Makes the way to the operator's server, for this folder's programme. */
  readonly link: (setup: IssuerSetup) => IssuerLink;
}

/** What may be asked of an issuer's folder, through its process or without one. */
export interface IssuerClient {
  status(): Promise<IssuerStatus>;
  /** `invited` is the invited hash of the lost invitation, `spares` those of spares, hex; none to revoke. */
  replace(invited: string, spares: readonly string[]): Promise<{ readonly by: string | null }>;
  close(): Promise<void>;
}

/**
 * Runs one issuer until SIGINT, SIGTERM or `io.stop`: enrolments and objections over HTTP, the rest by the clock. What it cannot deliver it keeps.
 * @returns the exit code: 0 after a stop, 2 with one sentence in `io.warn` if it could not start
 */
export async function serveIssuer(config: Address & { readonly data: string }, io: IssuerServeIo): Promise<number> {
  return runUntilStopped(io, async (stopped) => {
    if (!existsSync(config.data)) throw new AmanaError("ERR_PROGRAMME_MISSING");
    const { server, url, mount } = await listen(config);
    try {
      const store = await lowdbStore(config.data);
      const log = errorLog((line: ErrorLine) => io.warn(JSON.stringify(line)));
      const { desk, setup } = await opened(store, io);
      const endCalls = serveCalls(store.lock.server, callsOf(desk), log);
      mount(routerOf(desk, log));
      const { audience, issuer, round } = setup.offer;
      io.say(`Issuer ${issuer.name} of ${round}, ${audience}, listens at ${url}`);
      io.onListening?.(url);
      const ticking = tickUntil(desk, stopped, io);
      await stopped;
      await endServer(server);
      await ticking;
      await endCalls();
      await desk.close();
      io.say("Stopped.");
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}

async function opened(
  store: LowdbStore,
  { link, now = () => new Date() }: IssuerServeIo,
): Promise<{ desk: IssuerDesk; setup: IssuerSetup }> {
  try {
    const setup = await readSetup(store);
    return { desk: await IssuerDesk.open(store, setup, link(setup), now), setup };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function routerOf(desk: IssuerDesk, log: ReturnType<typeof errorLog>): express.Router {
  const router = express.Router({ caseSensitive: true, strict: true });
  router.use(commonHeaders());
  const routes = new Routes(router, new Limits(), log);
  enrolmentRoutes(routes, desk);
  routes.at("/health", { GET: async () => json({ ok: true }) });
  routes.finish();
  return router;
}

function callsOf(desk: IssuerDesk): Calls {
  return {
    status: async () => desk.status(),
    replace: ({ invited, spares }: { invited: string; spares: readonly string[] }) => desk.replace(invited, spares),
  };
}

/** What is due once a second; while the server cannot be reached, after a pause that grows to a minute. The same trouble is said once. */
async function tickUntil(desk: IssuerDesk, stopped: Promise<void>, { warn, say }: ServeIo): Promise<void> {
  let running = true;
  let wait = 1000;
  let before = "";
  const ended = stopped.then(() => {
    running = false;
  });
  while (running) {
    try {
      await desk.tick();
      if (before !== "") say("The operator's server answers again.");
      [wait, before] = [1000, ""];
    } catch (error) {
      const { code, message } = isAmanaError(error) ? error : { code: "ERR_INTERNAL", message: "This should not have happened." };
      if (code !== before) warn(`amana: ${message} It is tried again. (${code})`);
      [wait, before] = [Math.min(2 * wait, 60_000), code];
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      ended.then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** An issuer's folder: through its process, or by opening it. @throws ERR_PROGRAMME_MISSING, ERR_STORE_BUSY, ERR_STORE_DAMAGED */
export async function issuerClient(folder: string, link: (setup: IssuerSetup) => IssuerLink, now: () => Date): Promise<IssuerClient> {
  if (!existsSync(folder)) throw new AmanaError("ERR_PROGRAMME_MISSING");
  try {
    const store = await lowdbStore(folder);
    const { desk } = await opened(store, { link, now, say: () => undefined, warn: () => undefined });
    return { status: async () => desk.status(), replace: (invited, spares) => desk.replace(invited, spares), close: () => desk.close() };
  } catch (error) {
    if (!isAmanaError(error, "ERR_STORE_BUSY")) throw error;
    return {
      status: async () => (await callFolder(folder, "status")) as IssuerStatus,
      replace: async (invited, spares) => (await callFolder(folder, "replace", { invited, spares })) as { by: string | null },
      close: async () => undefined,
    };
  }
}
