import { randomBytes, randomInt } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openInvitation, openRound, type Receipt } from "@amana/client";
import { type SecretCode, SHA256, toHex } from "@amana/core/bytes";
import { solveWork } from "@amana/core/mailbox";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { decodeRelayPromise, RELAY_WORK_DIFFICULTY, relayRequestLength, verifyRelayPromise } from "@amana/core/submission";
import { beforeAll, describe, expect, it } from "vitest";
import { withFolder } from "../../../test-support/folder.ts";
import { testIo } from "../../../test-support/io.ts";
import { build } from "../../../test-support/process.ts";
import { RelayProcess, WatchedGateway } from "../../../test-support/relay-process.ts";
import { ORGANISATIONS, Trial, WAVE } from "../../../test-support/trial.ts";
import { run } from "../../run.ts";

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

/** Strangers who fill slots with bytes that no key opens: to a relay they are answers like all others. */
class Strangers {
  readonly #url: string;
  readonly #manifest: Manifest;
  readonly #key: Uint8Array;
  readonly #slots = Array.from({ length: 5 }, () => toHex(randomBytes(32)));
  /** Digests of what was sent under each slot, by sequence. */
  readonly sent: string[][] = this.#slots.map(() => []);
  /** The highest sequence that each slot has a promise for. */
  readonly promised: number[] = this.#slots.map(() => -1);

  constructor(url: string, manifest: Manifest) {
    this.#url = url;
    this.#manifest = manifest;
    this.#key = Buffer.from(manifest.relay?.key ?? "", "hex");
  }

  /** A new version under every slot at once; `onPromise` is called with how many are promised. What is not answered is given up. */
  async send(onPromise: (count: number) => void): Promise<void> {
    const id = manifestId(this.#manifest);
    const ready = await Promise.all(
      this.#slots.map(async (slot, at) => {
        const body = new Uint8Array(randomBytes(relayRequestLength(this.#manifest)));
        const sequence = (this.sent[at] as string[]).push(toHex(SHA256(body))) - 1;
        const work = toHex(await solveWork(id, body, RELAY_WORK_DIFFICULTY));
        const fields = { "amana-slot": slot, "amana-sequence": String(sequence).padStart(2, "0"), "amana-work": work };
        return { at, sequence, body, headers: { "content-type": "message/ohttp-req", ...fields } };
      }),
    );
    let count = 0;
    const post = async ({ at, sequence, body, headers }: (typeof ready)[number]): Promise<void> => {
      const answer = await fetch(`${this.#url}${toHex(id)}`, { method: "POST", headers, body });
      const promise = decodeRelayPromise(new Uint8Array(await answer.arrayBuffer()));
      if (answer.status !== 202 || !verifyRelayPromise(promise, this.#key)) return;
      this.promised[at] = sequence;
      onPromise(++count);
    };
    await Promise.allSettled(ready.map(post));
  }

  /** What of a slot was given on must be: what was promised last, or what was sent after it and got no answer; and nothing else. */
  owed(at: number): readonly string[] {
    return (this.sent[at] as string[]).slice(Math.max(0, this.promised[at] as number));
  }
}

beforeAll(() => build(), 120_000);

describe("a round through a relay", () => {
  it(
    "is answered, released, closed, opened and counted, over a restart of the relay and kill -9 at any moment",
    () =>
      withFolder(async (folder) => {
        const trial = new Trial(folder);
        const relay = new RelayProcess(trial);
        const gateway = new WatchedGateway(() => trial.url);
        await relay.init();
        const port = await freePort();
        const way = await gateway.listen();
        // The relay is made, and its address known, before the round is; it finds the round when somebody sends to it.
        await trial.launch({ relay: { organisation: "federation", origin: `http://127.0.0.1:${port}`, key: relay.key } });
        const url = await relay.start(way, port);
        expect(url).toBe(`http://127.0.0.1:${port}/`);
        await until(async () => (await relay.waiting()) === 0);
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
        // kill -9 while it takes answers: after so many promises, and some milliseconds of what comes next.
        const strangers = new Strangers(url, again.manifest);
        for (const after of [1, 3, 4]) {
          await relay.start(way, port);
          let later: NodeJS.Timeout | undefined;
          const die = (): void => {
            later = setTimeout(() => void relay.kill(), randomInt(30));
          };
          await strangers.send((count) => void (count === after && die()));
          // What is left of the wait must not kill the next process while it starts.
          clearTimeout(later);
          await relay.kill();
        }
        const slots = [...strangers.promised.keys()].filter((at) => (strangers.promised[at] as number) >= 0);
        expect(slots.length).toBeGreaterThanOrEqual(4);
        expect(gateway.got).toEqual([]);
        // And once more in the middle of the release, when the gateway has some of it.
        const [release = 0] = again.releases ?? [];
        relay.forward(release - trial.now().getTime() / 1000 + 1);
        const third = new Promise<void>((resolve) => {
          gateway.before = () => void (gateway.got.length === 3 && resolve());
        });
        await relay.start(way, port);
        await third;
        await relay.kill();
        const before = gateway.got.length;
        await relay.start(way, port);
        await until(async () => (await relay.waiting()) === 0);
        // Of each slot one version: the one that was promised last, or one that came after it and was cut off.
        const given = gateway.got.slice(before);
        expect(new Set(gateway.got).size).toBe(given.length);
        expect(new Set(given).size).toBe(given.length);
        for (const at of slots) expect(strangers.owed(at).filter((digest) => given.includes(digest))).toHaveLength(1);
        const known = new Set(strangers.sent.flatMap((_, at) => strangers.owed(at)));
        expect(given.filter((digest) => !known.has(digest))).toHaveLength(4);
        relay.forward(90_000);
        await until(async () => {
          await trial.tick();
          return (await (await openRound(trial.url, WAVE, trial.options)).state) === "closed";
        });
        for (const receipt of receipts) expect(await receipt.verifyIncluded()).toMatchObject({ included: true });
        expect(receipts.map(({ state }) => state)).toEqual(Array(4).fill("promised"));
        // The server has each of them once, however often it came.
        const promises = await (await fetch(`${trial.url}rounds/${WAVE}/promises`)).arrayBuffer();
        expect(promises.byteLength).toBe(4 * 136);
        const found = await (await openRound(trial.url, WAVE, trial.options)).resume(codes[0] as SecretCode);
        // Nothing that the collector got says that it was changed.
        expect(found.sequence).toBe(0);
        for (let pass = 0; pass < 3; pass++) for (const id of ORGANISATIONS) await trial.next(id);
        const release1 = (await (await fetch(`${trial.url}releases/${WAVE}/release.json`)).json()) as { totals: { counted: number }[] };
        expect(release1.totals[0]?.counted).toBe(4);
        expect(await relay.waiting()).toBe(undefined);
        expect(await relay.stop()).toBe(0);
        gateway.close();
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
