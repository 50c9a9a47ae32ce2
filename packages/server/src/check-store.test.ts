import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { enrol, goLive, SUBMISSION, submission } from "../fixtures/client.ts";
import { HOUR, START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { newHolders } from "../fixtures/keys.ts";
import { snapshot } from "../fixtures/raw.ts";
import { startServer, trialProgramme } from "../fixtures/server.ts";
import { checkStore } from "./index.ts";

/** A closed round with two answers. */
function withRound(use: (folder: string) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const holders = newHolders();
    await trialProgramme(folder, holders);
    const server = await startServer(folder);
    const live = await goLive(server, holders);
    for (const place of [0, 1]) await server.call("submissions", submission(live.manifest, await enrol(server, live, place)), SUBMISSION);
    server.clock.seconds = START + HOUR + 61;
    await server.amana.tick();
    await server.close();
    await use(folder);
  });
}

async function filesUnder(folder: string, part: string): Promise<string[]> {
  const all = Object.keys(await snapshot(folder)).filter((path) => path.includes(part));
  expect(all.length).toBeGreaterThan(0);
  return all.map((path) => join(folder, path));
}

async function failing(folder: string): Promise<string> {
  const failed = (await checkStore(folder)).filter(({ ok }) => !ok);
  return failed.map(({ check, detail }) => `${check}: ${detail}`).join("\n");
}

describe("checkStore", () => {
  it("finds a sound folder sound, and changes nothing", () =>
    withRound(async (folder) => {
      const before = await snapshot(folder);
      const findings = await checkStore(folder);
      expect(findings.every(({ ok }) => ok)).toBe(true);
      expect(findings.map(({ check }) => check)).toEqual(["documents", "programme", "ledger", "published", "files", "round wave-1"]);
      expect(findings.at(-1)?.detail).toContain("2 envelopes");
      expect(await snapshot(folder)).toEqual(before);
    }));

  it("names the document in which a byte of an envelope was flipped", () =>
    withRound(async (folder) => {
      const [path = ""] = await filesUnder(folder, "/epochs/");
      const bytes = await readFile(path);
      const at = Math.floor(bytes.length / 2);
      bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
      await writeFile(path, bytes);
      expect(await failing(folder)).toContain(path.slice(folder.length + 1));
    }));

  it("names the leaf whose envelope is another or gone, though its document is well formed", () =>
    withRound(async (folder) => {
      const [path = ""] = await filesUnder(folder, "/epochs/");
      const text = await readFile(path, "utf8");
      const rewrite = async (change: (data: string) => string): Promise<void> => {
        const data = change(JSON.stringify(JSON.parse(text).data));
        await writeFile(path, `{"sha256":"${createHash("sha256").update(data).digest("hex")}","data":${data}}\n`);
      };
      await rewrite((data) => data.replace(/"envelope":"(.)/, (_all, first) => `"envelope":"${first === "A" ? "B" : "A"}`));
      expect(await failing(folder)).toMatch(/envelope of leaf [0-9a-f]{64} is damaged/);
      await rewrite((data) => data.replace(/"envelope":"[^"]*"/, '"envelope":null'));
      expect(await failing(folder)).toMatch(/envelope of leaf [0-9a-f]{64} is not kept/);
    }));

  it("misses an epoch, a file and a tile that are gone", () =>
    withRound(async (folder) => {
      for (const path of await filesUnder(folder, "/epochs/")) await rm(path);
      expect(await failing(folder)).toMatch(/round wave-1: .*leaf [0-9a-f]{64} is not kept/);
      const [file = ""] = await readdir(join(folder, "files"));
      await rm(join(folder, "files", file));
      expect(await failing(folder)).toContain(`missing or damaged: ${file}`);
      await rm(join(folder, "ledger", "tile"), { recursive: true });
      expect(await failing(folder)).toContain("ledger: ");
    }));
});
