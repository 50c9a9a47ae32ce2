import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { type Manifest, manifestTimes } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { deliverTo, type FoundRound, initRelay, openRelayFolder, Relay, type RelayFolder, relayRouter } from "@amana/server/relay";
import express from "express";

/** Seconds before the close at which the relay gives on what it has; once more after three quarters of that. */
export const RELEASE_LEAD = 7200;
/** The time after which the relay takes nothing any more, in seconds before the close. */
export const LAST_RELEASE = RELEASE_LEAD / 4;

/** The real relay of a round: another organisation's server, with a folder of its own, by the round's clock. */
export class Relaying {
  readonly origin: string;
  readonly #path: string;
  readonly #open: RelayFolder;
  readonly #server: Server;
  readonly #app: express.Application;
  #relay: Relay | null = null;

  private constructor(origin: string, path: string, open: RelayFolder, server: Server, app: express.Application) {
    this.origin = origin;
    this.#path = path;
    this.#open = open;
    this.#server = server;
    this.#app = app;
  }

  static async start(): Promise<Relaying> {
    const path = await mkdtemp(join(tmpdir(), "amana-relay-"));
    await initRelay(path, randomBytes);
    const open = await openRelayFolder(path);
    const app = express();
    const server = createServer(app);
    // A round's clock stands still while others use the processor: an idle connection is not over.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new Relaying(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, path, open, server, app);
  }

  /** What a manifest says of it. */
  settings(people: number) {
    return { organisation: "bar", origin: this.origin, key: toHex(this.#open.key.publicKey), slots: 4 * people, releaseLead: RELEASE_LEAD };
  }

  /** Takes up the round, and from now on gives on to the operator's gateway. */
  async serve(manifest: Manifest, operator: string, now: () => Date): Promise<void> {
    const log = (error: unknown): void => {
      throw error;
    };
    const { folder, key } = this.#open;
    this.#relay = await Relay.open({ folder, key, deliver: deliverTo(`${operator}gateway`), log, now });
    await this.#relay.add({ manifest, times: manifestTimes(manifest) });
    this.#app.use(relayRouter(this.#relay, log));
  }

  /** Reads what became of the round, as a relay does again and again. */
  async look(found: FoundRound): Promise<void> {
    await this.#relay?.add(found);
  }

  /** Releases what is due. */
  async tick(): Promise<void> {
    await this.#relay?.tick();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#open.lock.release();
    await rm(this.#path, { recursive: true, force: true });
  }
}
