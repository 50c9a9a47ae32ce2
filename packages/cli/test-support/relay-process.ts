import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SHA256, toHex } from "@amana/core/bytes";
import type { Trial } from "./trial.ts";

const CLOCKED = fileURLToPath(new URL("clocked.mjs", import.meta.url));

/** The way from a relay to the operator's server: it notes what is posted to the gateway. */
export class WatchedGateway {
  /** SHA-256 of every body that came, hex, in order. */
  readonly got: string[] = [];
  /** Called before a body is passed on. */
  before: () => void = () => undefined;
  readonly #server: Server;

  constructor(target: () => string) {
    this.#server = createServer((request, response) => {
      // A relay that dies in the middle hears nothing more.
      this.#pass(request, response, target()).catch(() => response.destroy());
    });
  }

  async #pass(request: IncomingMessage, response: ServerResponse, target: string): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = new Uint8Array(Buffer.concat(chunks));
    const isPost = request.method === "POST";
    if (isPost) {
      this.got.push(toHex(SHA256(body)));
      this.before();
    }
    const headers = { "content-type": request.headers["content-type"] ?? "application/octet-stream" };
    const answer = await fetch(new URL((request.url ?? "/").slice(1), target), isPost ? { method: "POST", headers, body } : {});
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "application/octet-stream" });
    response.end(Buffer.from(await answer.arrayBuffer()));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** `amana relay serve` as a process of its own over its own folder, with the trial's clock. */
export class RelayProcess {
  readonly folder: string;
  readonly #trial: Trial;
  readonly #clock: string;
  #ahead = 0;
  #child: ChildProcess | null = null;
  #exit: Promise<number | null> = Promise.resolve(null);
  key = "";

  constructor(trial: Trial) {
    this.#trial = trial;
    this.folder = join(trial.folder, "relay");
    this.#clock = join(trial.folder, "relay-clock.txt");
  }

  async init(): Promise<void> {
    this.key = ((await this.#trial.amana(["relay", "init", this.folder])).results[0] as { key: string }).key;
    this.forward(0);
  }

  /** Moves the trial's clock, and with it this process's. */
  forward(seconds: number): void {
    this.#trial.forward(seconds);
    this.#ahead += seconds;
    writeFileSync(this.#clock, String(this.#ahead));
  }

  /** Starts it and waits until it answers. @returns its address */
  async start(server: string, port: string): Promise<string> {
    const { programme, state } = this.#trial;
    const line = ["relay", "serve", "--data", this.folder, "--server", server, "--programme", programme, "--port", port];
    const environment = { ...process.env, AMANA_STATE: state, AMANA_PINS: join(state, "pins.json") };
    const child = spawn(process.execPath, [CLOCKED, this.#clock, ...line], { env: environment });
    this.#child = child;
    this.#exit = new Promise((resolve) => child.on("close", (code) => resolve(code)));
    return new Promise((resolve, reject) => {
      let said = "";
      let errors = "";
      child.stderr.on("data", (chunk: Buffer) => {
        errors += chunk.toString();
      });
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const url = /"url":"([^"]+)"/.exec(said)?.[1];
        if (url !== undefined) resolve(url);
      });
      child.on("close", () => reject(new Error(`the relay ended: ${said} ${errors}`)));
    });
  }

  /** As a supervisor stops it. @returns its exit code */
  stop(): Promise<number | null> {
    this.#child?.kill("SIGTERM");
    return this.#exit;
  }

  /** As a crash does: nothing is written any more, nothing given back. Harmless when it is dead already. */
  kill(): Promise<number | null> {
    this.#child?.kill("SIGKILL");
    return this.#exit;
  }

  /** How many answers wait in the first round; undefined when it has none. */
  async waiting(): Promise<number | undefined> {
    const { results } = await this.#trial.amana(["relay", "status", "--data", this.folder]);
    return (results[0] as { rounds: { waiting: number }[] }).rounds[0]?.waiting;
  }
}
