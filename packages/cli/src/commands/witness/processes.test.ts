import { type ChildProcess, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { withFolder } from "../../../test-support/folder.ts";
import { amanaProcess, build, MAIN } from "../../../test-support/process.ts";
import { ORGANISATIONS, Trial } from "../../../test-support/trial.ts";

beforeAll(build);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `amana witness` in a process of its own. */
class WitnessProcess {
  readonly data: string;
  readonly port: number;
  readonly vkey: string;
  #child: ChildProcess | null = null;

  private constructor(data: string, port: number, vkey: string) {
    this.data = data;
    this.port = port;
    this.vkey = vkey;
  }

  static async make(folder: string, name: string): Promise<WitnessProcess> {
    const data = join(folder, name);
    const made = await amanaProcess(["witness", "init", "--data", data, "--name", `${name}.example`, "--json"]);
    return new WitnessProcess(data, await freePort(), (JSON.parse(made.stdout) as { vkey: string }).vkey);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  async watch(url: string, programme: string): Promise<void> {
    const { code, stderr } = await amanaProcess(["witness", "watch", url, "--data", this.data, "--programme", programme, "--json"]);
    expect([code, stderr]).toEqual([0, ""]);
  }

  /** Runs until it answers. */
  start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, "witness", "serve", "--data", this.data, "--port", String(this.port), "--json"]);
    this.#child = child;
    return new Promise((resolve, reject) => {
      child.stdout.on("data", () => resolve());
      child.on("exit", () => reject(new Error("the witness has ended")));
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  async status(): Promise<{ readonly cosigned: number; readonly read: number; readonly refused: unknown }> {
    const { stdout } = await amanaProcess(["witness", "status", "--data", this.data, "--json"]);
    return (JSON.parse(stdout) as { ledgers: [{ cosigned: number; read: number; refused: unknown }] }).ledgers[0];
  }
}

describe("a trial with three witnesses in processes of their own, two of whom must cosign", () => {
  it(
    "is answered, checked and proved; goes on with two; stands still, and says so, with one",
    () =>
      withFolder(async (folder) => {
        const trial = new Trial(folder);
        const witnesses = await Promise.all(ORGANISATIONS.map((id) => WitnessProcess.make(folder, `witness-${id}`)));
        const [first, second, third] = witnesses as [WitnessProcess, WitnessProcess, WitnessProcess];
        trial.witnesses = {
          quorum: 2,
          named: witnesses.map(({ vkey }, at) => ({ organisation: ORGANISATIONS[at] ?? "", vkey })),
          urls: witnesses.map(({ url }) => url),
          start: async () => {
            for (const witness of witnesses) await witness.watch(trial.url, trial.programme);
            await Promise.all(witnesses.map((witness) => witness.start()));
            // Trustees' tools, too, want the quorum's word before they sign anything.
            await expect
              .poll(async () => (await (await fetch(`${trial.url}ledger/checkpoint`)).text()).split("\u2014").length, { timeout: 60_000 })
              .toBeGreaterThan(2);
          },
        };
        const isPublic = (): Promise<void> =>
          expect
            .poll(
              async () => {
                const { size, public: shown } = await trial.publication();
                return size > 0 && size === shown;
              },
              { timeout: 60_000, interval: 200 },
            )
            .toBe(true);
        try {
          await trial.launch();
          await isPublic();
          const credential = await trial.answer(0);
          const receipt = await credential.submit({ O01: 2, O02: "changed" });
          await third.end("SIGKILL");
          // An epoch is sealed when the next one is full.
          for (const link of [1, 2]) {
            await trial.seal();
            await trial.answer(link);
          }
          await trial.seal();
          await isPublic();
          const { included, proof } = await receipt.verifyIncluded();
          expect(included).toBe(true);
          const file = join(folder, "own.tlog-proof");
          await writeFile(file, proof ?? "");
          const checked = (await trial.amana(["receipt", "verify", file])).results[0] as { witnesses: { name: string }[] };
          expect(checked.witnesses.map(({ name }) => name).sort()).toEqual(["witness-customs.example", "witness-federation.example"]);
          await trial.amana(["verify", trial.url]);
          // One that was killed comes back with all that it knew, and catches up.
          const { size } = await trial.publication();
          expect((await third.status()).cosigned).toBeLessThan(size);
          await third.start();
          trial.forward(1000);
          await expect.poll(async () => (await third.status()).cosigned, { timeout: 60_000, interval: 500 }).toBeGreaterThanOrEqual(size);
          await first.end("SIGKILL");
          await second.end("SIGTERM");
          await trial.answer(3);
          await trial.seal();
          await expect.poll(async () => (await trial.publication()).standings.filter((each) => each === "unreachable").length).toBe(2);
          const stuck = await trial.publication();
          expect(stuck.public).toBeLessThan(stuck.size);
          const said = (await trial.amana(["status", "--data", trial.data])).said.join("\n");
          expect(said).toContain(`${stuck.public} of ${stuck.size} entries are public: 2 must cosign`);
          expect((await third.status()).refused).toBe(null);
        } finally {
          await Promise.all(witnesses.map((witness) => witness.end("SIGKILL")));
          await trial.stop();
        }
      }),
    240_000,
  );
});
