import { existsSync } from "node:fs";
import { AmanaError } from "@amana/core/errors";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { type Amana, type AmanaOptions, createAmana } from "./app.ts";
import { type Config, readBrand, readDatabase, readNotification } from "./config/index.ts";
import { type ErrorLine, errorLog } from "./http/index.ts";
import { endServer, listen, type ProcessIo, runUntilStopped } from "./process.ts";
import { serveOperator } from "./routers/operator.ts";
import { type Opened, openStore } from "./stores/open.ts";

/** Where a server's lines go, and its clock. */
export interface ServeIo extends ProcessIo {
  /** The clock that rounds go by; a trial may move it. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Runs the reference server until SIGINT, SIGTERM or `io.stop`, then ends so that nothing acknowledged is lost.
 * @returns the exit code: 0 after a stop, 2 with one sentence in `io.warn` if it could not start; then nothing was changed
 */
export async function serve(config: Config, io: ServeIo): Promise<number> {
  return runUntilStopped(io, (stopped) => run(config, io, stopped));
}

async function run(config: Config, io: ServeIo, stopped: Promise<void>): Promise<void> {
  const database = await readDatabase(config);
  if (database === null && !existsSync(config.data)) throw new AmanaError("ERR_PROGRAMME_MISSING");
  const brand = config.brand === undefined ? undefined : await readBrand(config.brand);
  const notification = config.notify === undefined ? undefined : await readNotification(config.notify);
  // The port comes first: a server that cannot listen must not touch the data folder.
  const { server, url, mount } = await listen(config);
  try {
    const store = await openStore(config.data, database);
    for (const sentence of store.telling) io.warn(`amana: database: ${sentence}`);
    const amana = await opened(config, store, { brand, notification }, io);
    const endOperator = serveOperator(
      store.lock.server,
      amana.operator,
      errorLog((line) => io.warn(JSON.stringify(line))),
    );
    mount(amana.router);
    io.say(`Amana listens at ${url}`);
    io.say(`Programme ${programmeDigits(programmeId(amana.programme))}${amana.programme.trial ? "   trial: it protects nobody" : ""}`);
    const { quorum } = amana.programme;
    if (config.witnesses.length < quorum) {
      io.warn(
        `amana: ${quorum} witnesses must cosign and ${config.witnesses.length} are asked: nothing new gets public (AMANA_WITNESSES).`,
      );
    }
    io.onListening?.(url);
    await stopped;
    await endServer(server);
    await endOperator();
    await amana.close();
    if (database !== null) await store.lock.release();
    io.say("Stopped.");
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function opened(
  config: Config,
  { store, close }: Opened,
  read: Pick<AmanaOptions, "brand" | "notification">,
  { warn, now }: ServeIo,
): Promise<Amana> {
  try {
    const log = (line: ErrorLine): void => warn(JSON.stringify(line));
    const { origin, form, witnesses } = config;
    return await createAmana({ store, origin, form, witnesses, log, now, ...read });
  } catch (error) {
    await close();
    throw error;
  }
}
