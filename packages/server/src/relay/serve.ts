import { createServer, request } from "node:http";
import { toHex } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { type ErrorLog, errorLog, json, sendReply } from "../http/index.ts";
import { type Address, endServer, listen, type ProcessIo, runUntilStopped } from "../process.ts";
import { Serial } from "../services/serial.ts";
import { type Lock, withSocketPath } from "../stores/lowdb/lock.ts";
import { deliverTo, type Fetch } from "./deliver.ts";
import { openRelayFolder } from "./folder.ts";
import { Relay, type RelayRoundStatus } from "./relay.ts";
import type { FoundRound } from "./rounds.ts";
import { relayRouter } from "./router.ts";

export interface RelayIo extends ProcessIo {
  readonly now?: (() => Date) | undefined;
  readonly fetch?: Fetch | undefined;
}

export interface RelaySettings extends Address {
  /** Data folder, made by `initRelay`. */
  readonly data: string;
  /** The operator's server, with a slash at the end: its gateway is `<server>gateway`. */
  readonly server: string;
  /** The rounds in the operator's ledger with their amendments, each checked by the caller under the pinned programme. Asked for again and again. */
  readonly found: () => Promise<readonly FoundRound[]>;
}

/** How often the clockwork runs, and how often the ledger is asked for new rounds. Milliseconds. */
const TICK = 1000;
const LOOK = 60_000;

/** What `amana relay status` tells. */
export interface RelayStatus {
  readonly key: string;
  readonly rounds: readonly RelayRoundStatus[];
}

/** Runs a relay until it is told to stop; what was promised is on the disk. @returns the exit code, as `serve` */
export function serveRelay(settings: RelaySettings, io: RelayIo): Promise<number> {
  return runUntilStopped(io, async (stopped) => {
    const { server, url, mount } = await listen(settings);
    try {
      const { folder, key, lock } = await openRelayFolder(settings.data);
      const log = errorLog((line) => io.warn(JSON.stringify(line)));
      try {
        const deliver = deliverTo(`${settings.server}gateway`, io.fetch);
        const relay = await Relay.open({ folder, key, deliver, log, ...(io.now === undefined ? {} : { now: io.now }) });
        const endStatus = answerStatus(lock, relay, toHex(key.publicKey));
        const stopClock = clockwork(relay, settings.found, log);
        mount(relayRouter(relay, log));
        io.say(`Relay ${toHex(key.publicKey)}`);
        io.say(`It listens at ${url} and gives on to ${settings.server}gateway`);
        io.onListening?.(url);
        await stopped;
        await endServer(server);
        await stopClock();
        endStatus();
        await relay.idle();
        io.say("Stopped.");
      } finally {
        await lock.release();
      }
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
}

/** Ticks, and looks for new rounds. A ledger that cannot be read now is read later; what is held goes on. @returns what ends it */
function clockwork(relay: Relay, found: RelaySettings["found"], log: ErrorLog): () => Promise<void> {
  const serial = new Serial();
  const look = async (): Promise<void> => {
    for (const each of await found()) await relay.add(each);
  };
  const run = (task: () => Promise<void>): void => void serial.run(task).catch(log);
  run(look);
  const timers = [setInterval(() => run(() => relay.tick()), TICK), setInterval(() => run(look), LOOK)];
  return async () => {
    for (const timer of timers) clearInterval(timer);
    await serial.idle();
  };
}

/** Answers `relayStatus` over the folder's socket, which only its owner can open. */
function answerStatus({ server: socket }: Lock, relay: Relay, key: string): () => void {
  const server = createServer((_request, response) => sendReply(response, json({ key, rounds: relay.status() })));
  const attach = (connection: unknown): void => void server.emit("connection", connection);
  socket.on("connection", attach);
  return () => {
    socket.off("connection", attach);
    server.closeAllConnections();
  };
}

/** What a relay holds: from the process that runs over its folder, or from the folder itself. @throws ERR_CONFIG_INVALID, ERR_STORE_BUSY, ERR_STORE_DAMAGED */
export async function relayStatus(data: string, now?: () => Date): Promise<RelayStatus> {
  try {
    const { folder, key, lock } = await openRelayFolder(data);
    try {
      const relay = await Relay.open({
        folder,
        key,
        deliver: async () => false,
        log: () => undefined,
        ...(now === undefined ? {} : { now }),
      });
      return { key: toHex(key.publicKey), rounds: relay.status() };
    } finally {
      await lock.release();
    }
  } catch (error) {
    if (!isAmanaError(error, "ERR_STORE_BUSY")) throw error;
    return withSocketPath(data, ask);
  }
}

function ask(socketPath: string): Promise<RelayStatus> {
  return new Promise((resolve, reject) => {
    const busy = (): void => reject(new AmanaError("ERR_STORE_BUSY"));
    const sent = request({ socketPath, agent: false, timeout: 10_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", busy);
      response.on("end", () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")) as RelayStatus);
        } catch {
          busy();
        }
      });
    });
    sent.on("timeout", () => sent.destroy());
    sent.on("error", busy);
    sent.end();
  });
}
