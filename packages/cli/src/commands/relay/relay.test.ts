import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openInvitation, openRound, type Receipt } from "@amana/client";
import type { SecretCode } from "@amana/core/bytes";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { ORGANISATIONS, Trial, WAVE } from "../../../test-support/trial.ts";
import { run } from "../../run.ts";

/** A relay of the federation's over its own folder, listening until it is stopped. */
class RunningRelay {
  readonly folder: string;
  readonly #trial: Trial;
  key = "";
  url = "";
  #stop = new AbortController();
  #ended: Promise<unknown> = Promise.resolve();

  constructor(trial: Trial) {
    this.#trial = trial;
    this.folder = join(trial.folder, "relay");
  }

  async init(): Promise<void> {
    this.key = ((await this.#trial.amana(["relay", "init", this.folder])).results[0] as { key: string }).key;
  }

  async start(port: string): Promise<void> {
    this.#stop = new AbortController();
    const trial = this.#trial;
    this.url = await new Promise((resolve, reject) => {
      const { io, written } = testIo({ now: trial.now, stop: this.#stop.signal, fetch });
      trial.outputs.push(written);
      const result = (value: unknown): void => {
        written.results.push(value);
        const { url } = value as { url?: string };
        if (url === undefined) reject(new Error(written.warned.join(" ")));
        else resolve(url);
      };
      const line = ["relay", "serve", "--data", this.folder, "--server", trial.url, "--programme", trial.programme, "--port", port];
      this.#ended = run(line, { ...io, result });
    });
  }

  async stop(): Promise<unknown> {
    this.#stop.abort();
    return this.#ended;
  }

  async waiting(): Promise<unknown> {
    const { results } = await this.#trial.amana(["relay", "status", "--data", this.folder]);
    return (results[0] as { rounds: { waiting: number }[] }).rounds[0]?.waiting;
  }
}

/** A port that nobody listens at now. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it did not happen");
};

describe("a round through a relay", () => {
  it(
    "is answered, released, closed, opened and counted, over a restart of the relay",
    () =>
      withFolder(async (folder) => {
        const trial = new Trial(folder);
        const relay = new RunningRelay(trial);
        await relay.init();
        const port = await freePort();
        // The relay is made, and its address known, before the round is; it finds the round when somebody sends to it.
        await trial.launch({ relay: { organisation: "federation", origin: `http://127.0.0.1:${port}`, key: relay.key } });
        await relay.start(port);
        expect(relay.url).toBe(`http://127.0.0.1:${port}/`);
        const receipts: Receipt[] = [];
        const codes: SecretCode[] = [];
        for (const link of (await trial.links()).slice(0, 4)) {
          const round = await openInvitation(link, trial.options);
          const code = round.newSecretCode();
          const credential = await round.enrol(code);
          receipts.push(await credential.submit({ O01: 4, O02: "a comment" }));
          codes.push(code);
        }
        expect(receipts.map(({ state }) => state)).toEqual(Array(4).fill("sent"));
        expect(await relay.waiting()).toBe(4);
        // One changes the answer: the operator never sees the first.
        const again = await openInvitation((await trial.links())[0] as string, trial.options);
        receipts[0] = await (await again.enrol(codes[0] as SecretCode)).submit({ O01: 2 });
        expect(await relay.waiting()).toBe(4);
        expect(await relay.stop()).toBe(0);
        expect(await relay.waiting()).toBe(4);
        await relay.start(port);
        const [release = 0] = again.releases ?? [];
        trial.forward(release - trial.now().getTime() / 1000 + 1);
        await until(async () => (await relay.waiting()) === 0);
        trial.forward(90_000);
        await until(async () => {
          await trial.tick();
          return (await (await openRound(trial.url, WAVE, trial.options)).state) === "closed";
        });
        for (const receipt of receipts) expect(await receipt.verifyIncluded()).toMatchObject({ included: true });
        expect(receipts.map(({ state }) => state)).toEqual(Array(4).fill("promised"));
        const found = await (await openRound(trial.url, WAVE, trial.options)).resume(codes[0] as SecretCode);
        // Nothing that the collector got says that it was changed.
        expect(found.sequence).toBe(0);
        for (let pass = 0; pass < 3; pass++) for (const id of ORGANISATIONS) await trial.next(id);
        const release1 = (await (await fetch(`${trial.url}releases/${WAVE}/release.json`)).json()) as { totals: { counted: number }[] };
        expect(release1.totals[0]?.counted).toBe(4);
        expect(await relay.waiting()).toBe(undefined);
        expect(await relay.stop()).toBe(0);
        await trial.stop();
      }),
    300_000,
  );

  it("cannot be served from a folder that holds none, and says what to do", () =>
    withFolder(async (folder) => {
      const { io, written } = testIo();
      const line = ["relay", "serve", "--data", folder, "--server", "http://127.0.0.1:1/", "--programme", "0".repeat(64), "--port", "0"];
      expect(await run(line, io)).toBe(2);
      expect(written.warned.join(" ")).toContain("amana relay init");
      expect(await run(["relay", "init", folder], io)).toBe(0);
      expect(await run(["relay", "init", folder], io)).toBe(2);
      expect(await run(["relay", "status", "--data", folder], io)).toBe(0);
    }));
});
