import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Channel, openChannel, uploadLength } from "@amana/client/reporter";
import type { SecretCode } from "@amana/core/bytes";
import { CHANNEL, freePort, HANDLER, World } from "@amana/example-trial";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, Child } from "./support/child.ts";

/* A server that is killed with -9 while a file is uploaded to it, and again right after it has promised to keep the report. */

const GROUPS = 8;
const BYTES = new Uint8Array(Buffer.alloc(1_200_000, "what was photographed; "));

let folder: string;
let world: World;
let programme: string;
let url: string;
let server: Child;

async function serve(): Promise<void> {
  server = new Child(["serve", "--data", world.data, "--port", new URL(url).port], { AMANA_STATE: join(folder, "state") });
  await server.url();
}

beforeAll(async () => {
  build();
  folder = await mkdtemp(join(tmpdir(), "amana-killed-"));
  url = `http://127.0.0.1:${await freePort()}/`;
  world = new World(folder, url, () => new Date());
  programme = await world.prepare();
  await serve();
  await world.amana(["trust", url, "--yes"]);
  await world.launchChannel("00".repeat(32), 3600);
}, 240_000);

afterAll(async () => {
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

describe("a server that is killed", () => {
  let channel: Channel;
  let code: SecretCode;
  const sent: number[] = [];

  it("in the middle of an upload goes on where it was once it is back; the reporter does nothing", async () => {
    channel = await openChannel(url, CHANNEL, { programme });
    code = channel.newSecretCode();
    let restarted: Promise<void> | null = null;
    const progress: Parameters<Channel["report"]>[2] = (_step, upload) => {
      if (upload === undefined) return;
      sent.push(upload.sent);
      if (sent.length === 3) restarted = server.kill().then(serve);
    };
    const file = new File([BYTES], "photo.jpg", { type: "image/jpeg" });
    const receipt = await channel.report(code, { locale: "fr", fields: {}, text: "See the photograph." }, progress, null, [file]);
    await restarted;
    expect(receipt.state).toBe("promised");
    // Each group once: none of those that were acknowledged is asked for again.
    expect(sent).toEqual(Array.from({ length: GROUPS }, (_, at) => ((at + 1) * uploadLength(BYTES.length)) / GROUPS));
  });

  it("right after its promise has the report with its file, for the handler and for a follow-up", async () => {
    await server.kill();
    await serve();
    await channel.followUp(code, { locale: "fr", fields: {}, text: "And one more thing." });
    const { result } = await world.as(HANDLER, ["reports", "list", "--round", CHANNEL, "--url", url]);
    const { reports } = result as { reports: { reference: string; messages: number }[] };
    expect(reports).toMatchObject([{ messages: 2 }]);
    const reference = reports[0]?.reference ?? "";
    const out = join(folder, "case");
    await world.as(HANDLER, ["reports", "attachment", reference, "--round", CHANNEL, "--url", url, "--folder", out]);
    expect(Buffer.compare(await readFile(join(out, "photo.jpg")), BYTES)).toBe(0);
  });
});
