import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@amana/core/bytes";
import { manifestTimes } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import type { DraftInput } from "@amana/server";
import { deliverTo, initRelay, openRelayFolder, Relay, type RelayFolder, relayRouter } from "@amana/server/relay";
import express from "express";
import type { Deployment } from "./server.ts";

/** Seconds before the close at which this relay gives everything on. */
export const LEAD = 400;

/** The real relay on a real folder over HTTP. It has an address before there is a round: the manifest names it. */
export class RelayHere {
  readonly url: string;
  readonly folder: string;
  readonly #key: string;
  readonly #app: express.Express;
  readonly #server: Server;
  #open: { readonly relay: Relay; readonly opened: RelayFolder } | null = null;

  private constructor(folder: string, key: string, app: express.Express, server: Server) {
    this.folder = folder;
    this.#key = key;
    this.#app = app;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  }

  static async start(): Promise<RelayHere> {
    const folder = await mkdtemp(join(tmpdir(), "amana-relay-"));
    const key = toHex(await initRelay(folder, randomBytes));
    const app = express();
    const server = createServer(app);
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new RelayHere(folder, key, app, server);
  }

  /** A round that goes through this relay, reached at `origin`. */
  change(origin: string): (manifest: DraftInput["manifest"]) => DraftInput["manifest"] {
    const relay = { organisation: "bar", origin: origin.replace(/\/$/, ""), key: this.#key, slots: 64, releaseLead: LEAD };
    return (manifest) => ({ ...manifest, separation: ["relay"], relay });
  }

  /** Begins to take requests for the deployment's round, and gives them on to `server`. */
  async serve(here: Deployment, server: string): Promise<Relay> {
    const opened = await openRelayFolder(this.folder);
    const now = (): Date => new Date(here.clock.seconds * 1000);
    const relay = await Relay.open({ ...opened, deliver: deliverTo(`${server}gateway`), log: () => undefined, now });
    const manifest = await here.manifest();
    await relay.add({ manifest, times: manifestTimes(manifest) });
    this.#app.use(relayRouter(relay, () => undefined));
    this.#open = { relay, opened };
    return relay;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#open?.relay.idle();
    await this.#open?.opened.lock.release();
    await rm(this.folder, { recursive: true, force: true });
  }
}
