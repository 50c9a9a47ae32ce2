import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Clock,
  type CycleSummary,
  cycle,
  freePort,
  type Ran,
  respond,
  startServer,
  type TrialServer,
  WAVE,
  World,
} from "@amana/example-trial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Middle, startProxy } from "./support/proxy.ts";

/** One small wave through the whole cycle; then somebody changes one byte on the way or on the disk. */
let folder = "";
let summary: CycleSummary;
let world: World;
let server: TrialServer;
let proxy: Middle;
let programme = "";
const clock = new Clock();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "amana-tampering-"));
  summary = await cycle({ folder, officials: 16, privateSector: 14, say: () => undefined });
  clock.moveTo(Date.now() / 1000 + 60 * 86_400);
  const port = await freePort();
  server = await startServer({ data: join(folder, "data"), port, now: clock.now });
  proxy = await startProxy(`http://127.0.0.1:${port}/`);
  world = new World(folder, proxy.url, clock.now);
  const trusted = await world.amana(["trust", proxy.url, "--yes"]);
  programme = (trusted.result as { programme: string }).programme;
}, 300_000);

afterAll(async () => {
  await proxy?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

it("the cycle ends verified, with every number accounted for", () => {
  expect(summary).toMatchObject({
    invited: 80,
    drawn: 30,
    submitted: 30,
    revised: 12,
    withdrawn: 4,
    refused: 1,
    counted: 24,
    invalid: 2,
    verified: true,
  });
  expect(summary.reports).toEqual({ received: 1, replied: 1, verified: 1 });
  expect(summary.counted + summary.invalid + summary.withdrawn).toBe(summary.submitted);
});

describe("one byte flipped on the way from the server", () => {
  const verify = (expected: number): Promise<Ran> => world.amana(["verify", proxy.url, "--programme", programme], expected);
  const failed = ({ result }: Ran): string[] =>
    (result as { checks: { check: string; ok: boolean }[] }).checks.filter(({ ok }) => !ok).map(({ check }) => check);

  it("nothing flipped: every check holds", async () => {
    proxy.flip(null);
    expect(failed(await verify(0))).toEqual([]);
  });

  const release = async (): Promise<string> => {
    const reply = await fetch(`${proxy.url}rounds/${WAVE}/release`);
    return ((await reply.json()) as { proposals: { sha256: string }[] }).proposals[0]?.sha256 as string;
  };
  // The last 300 bytes of a leaf are token, envelope hash and signature; the bundle ends with other entries, so offsets are searched.
  const cases: [string, () => Promise<{ path: RegExp; at: number }>, string][] = [
    ["a ledger tile", async () => ({ path: /ledger\/tile\/0\//, at: 40 }), "ledger"],
    ["an entry", async () => ({ path: /ledger\/tile\/entries\//, at: 100 }), "ledger"],
    ["a token", async () => ({ path: /ledger\/tile\/entries\//, at: await tokenAt() }), "ledger"],
    ["the release", async () => ({ path: new RegExp(`files/${await release()}`), at: 200 }), `${WAVE}: release`],
    ["a released file", async () => ({ path: /releases\/[^/]+\/results\.json/, at: 50 }), `${WAVE}: release`],
    ["the checkpoint's signature", async () => ({ path: /ledger\/checkpoint/, at: -10 }), "checkpoint"],
    ["the programme", async () => ({ path: /\/programme$/, at: 60 }), "programme"],
  ];
  it.each(cases)("%s: verify names the check and exits 1", async (_what, choose, check) => {
    proxy.flip(null);
    const choice = await choose();
    proxy.flip(choice);
    const ran = await verify(1);
    expect(proxy.flipped).toBeGreaterThan(0);
    expect(failed(ran)).toEqual([check]);
    expect(ran.warnings.join()).toContain(check);
  });

  /** Where the first submission leaf of the first bundle has its token's signature. */
  async function tokenAt(): Promise<number> {
    const size = Number((await (await fetch(`${proxy.url}ledger/checkpoint`)).text()).split("\n")[1]);
    const width = size < 256 ? `.p/${size}` : "";
    const bundle = Buffer.from(await (await fetch(`${proxy.url}ledger/tile/entries/000${width}`)).arrayBuffer());
    const leaf = bundle.indexOf("AML1");
    expect(leaf).toBeGreaterThan(0);
    return leaf + 4 + 32 + 3 + 32 + 200;
  }
});

describe("one byte flipped in a stored envelope", () => {
  it("amana doctor names it and exits 1; on the sound folder it exits 0", async () => {
    const copy = join(folder, "copy");
    await cp(join(folder, "data"), copy, { recursive: true, filter: (path) => !path.includes("amana.sock") });
    await world.amana(["doctor", copy], 0);
    const epochs = (await readdir(copy, { recursive: true })).filter((path) => /epochs\/\d+\/[^/]+\.json$/.test(path));
    expect(epochs.length).toBeGreaterThan(0);
    const path = join(copy, epochs[0] as string);
    const bytes = await readFile(path);
    const at = bytes.indexOf("envelope") + 200;
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
    await writeFile(path, bytes);
    const ran = await world.amana(["doctor", copy], 1);
    expect(JSON.stringify(ran.result)).toContain((epochs[0] as string).split("/").at(-1));
  });

  it("the trustee's tool names it and exits 1, and is content when the sound one comes", async () => {
    const open = await openRoundWithAnswers();
    try {
      const hold = (expected: number): Promise<Ran> => open.world.as("customs", ["trustee", "hold", "--round", WAVE], expected);
      await hold(0);
      const held = join(`${open.world.key("customs")}.work`, WAVE, "envelopes");
      const [leafHash = ""] = await readdir(held);
      const bytes = await readFile(join(held, leafHash));
      bytes[600] = (bytes[600] as number) ^ 1;
      await writeFile(join(held, leafHash), bytes);
      // The server's copy is damaged too: the tool cannot make it good, and says which it is.
      open.proxy.flip({ path: /\/envelopes$/, at: 1000 });
      const damaged = await hold(1);
      expect(open.proxy.flipped).toBe(1);
      expect(damaged.warnings.join()).toContain(leafHash);
      open.proxy.flip(null);
      await hold(0);
      expect(Buffer.compare(await readFile(join(held, leafHash)), bytes)).not.toBe(0);
    } finally {
      await open.proxy.close();
      await open.server.close();
    }
  });
});

/** A wave that is still open, with one answer in the ledger, behind a proxy. */
async function openRoundWithAnswers(): Promise<{ world: World; server: TrialServer; proxy: Middle }> {
  const port = await freePort();
  const front = await startProxy(`http://127.0.0.1:${port}/`);
  const time = new Clock();
  const trial = new World(join(folder, "open"), front.url, time.now);
  const pinned = await trial.prepare();
  const running = await startServer({ data: trial.data, port, now: time.now });
  await trial.amana(["trust", front.url, "--yes"]);
  await trial.launchWave({ invited: { officials: 6, "private-sector": 6 }, minimumGroup: 3, lasts: 86_400 });
  const [link = ""] = await trial.links("officials");
  await respond(link, "officials", 0, { programme: pinned, now: time.now, wait: async () => undefined });
  for (let turn = 0; turn < 6; turn++) {
    time.moveTo(time.now().getTime() / 1000 + 6);
    await running.tick();
  }
  return { world: trial, server: running, proxy: front };
}

describe("what is wrong is said in one sentence, exit 2", () => {
  it("a wrong passphrase", async () => {
    const wrong = join(folder, "wrong.txt");
    await writeFile(wrong, "not this\n");
    const ran = await world.amana(
      ["trustee", "next", "--key", world.key("customs"), "--passphrase-file", wrong, "--programme", programme],
      2,
    );
    expect(ran.warnings.join()).toContain("ERR_PASSPHRASE");
  });

  it("a second server on the folder", async () => {
    await expect(startServer({ data: join(folder, "data"), port: await freePort(), now: clock.now })).rejects.toThrow("ERR_STORE_BUSY");
  });
});
