import { existsSync } from "node:fs";
import { AmanaError, isAmanaError, type Problem } from "@amana/core/errors";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { type Amana, type AmanaOptions, createAmana } from "./app.ts";
import { type Config, readBrand, readDatabase, readNotification } from "./config/index.ts";
import { type ErrorLine, errorLog } from "./http/index.ts";
import { bind, endServer, listen, type ProcessIo, runUntilStopped } from "./process.ts";
import { createMonitor } from "./routers/monitor.ts";
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
  const { brand, notification, database } = await readFiles(config);
  if (database === null && !existsSync(config.data)) throw new AmanaError("ERR_PROGRAMME_MISSING");
  // The port comes first: a server that cannot listen must not touch the data folder.
  const { server, url, mount } = await listen(config);
  const monitor = createMonitor();
  try {
    const metrics =
      config.metrics === undefined ? undefined : await bind(monitor.server, { ...config.metrics, base: "/" }, "/AMANA_METRICS");
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
    monitor.show(amana.metrics);
    if (metrics !== undefined) io.say(`Metrics at ${metrics}metrics`);
    io.onListening?.(url, metrics);
    await stopped;
    await endServer(server);
    await endOperator();
    await amana.close();
    if (database !== null) await store.lock.release();
    io.say("Stopped.");
  } finally {
    for (const each of [server, monitor.server]) {
      each.close();
      each.closeAllConnections();
    }
  }
}

/** The files that the configuration names; every mistake in them at once. @throws ERR_CONFIG_INVALID */
async function readFiles(
  config: Config,
): Promise<Pick<AmanaOptions, "brand" | "notification"> & { readonly database: Awaited<ReturnType<typeof readDatabase>> }> {
  const problems: Problem[] = [];
  const read = async <T>(reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!isAmanaError(error, "ERR_CONFIG_INVALID")) throw error;
      problems.push(...(error.details.problems ?? []));
      return undefined;
    }
  };
  const { brand, notify } = config;
  const files = {
    brand: brand === undefined ? undefined : await read(readBrand(brand)),
    notification: notify === undefined ? undefined : await read(readNotification(notify)),
    database: (await read(readDatabase(config))) ?? null,
  };
  if (problems.length > 0) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
  return files;
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
