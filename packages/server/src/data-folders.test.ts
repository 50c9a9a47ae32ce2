import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeLife } from "../fixtures/data-folder.ts";
import { HOUR, START } from "../fixtures/drafts.ts";
import { withDataFolder } from "../fixtures/folder.ts";
import { snapshot } from "../fixtures/raw.ts";
import { startServer } from "../fixtures/server.ts";
import { checkStore, lowdbStore } from "./index.ts";
import { FOLDER_VERSION } from "./stores/lowdb/version.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/data-folders");

/** What `version.json` says; null where there is none. */
async function versionOf(folder: string): Promise<unknown> {
  const text = await readFile(join(folder, "version.json"), "utf8").catch(() => "null");
  return (JSON.parse(text) as { data: { version: number } } | null)?.data.version ?? null;
}

describe("data folders of every version", () => {
  it("are kept as fixtures, one for each", async () => {
    const versions = Array.from({ length: FOLDER_VERSION }, (_, at) => String(at + 1));
    expect((await readdir(FIXTURES)).sort()).toEqual(versions);
    expect(await versionOf(join(FIXTURES, "1"))).toBeNull();
    for (const version of versions.slice(1)) expect(await versionOf(join(FIXTURES, version))).toBe(Number(version));
  });

  it.each(Array.from({ length: FOLDER_VERSION }, (_, at) => at + 1))(
    "of version %i: the server goes on with it, and it is of the present one",
    (version) =>
      withDataFolder(async (folder) => {
        await cp(join(FIXTURES, String(version)), folder, { recursive: true });
        const server = await startServer(folder);
        expect(await versionOf(folder)).toBe(FOLDER_VERSION);
        expect((await server.amana.operator.status()).rounds).toMatchObject([{ name: "wave-1", epochs: 2, sealed: 2 }]);
        server.clock.seconds = START + HOUR + 61;
        await server.amana.tick();
        expect((await server.amana.operator.status()).rounds).toMatchObject([{ state: "closed", epochs: 3, sealed: 4 }]);
        expect(server.log).toEqual([]);
        await server.close();
        expect((await checkStore(folder)).filter(({ ok }) => !ok)).toEqual([]);
      }),
  );

  it("of a later version are refused, and left as they are", () =>
    withDataFolder(async (folder) => {
      await mkdir(folder);
      const store = await lowdbStore(folder);
      await store.writeDocument("programme", {});
      await store.close();
      const text = await readFile(join(folder, "version.json"), "utf8");
      const later = JSON.stringify({ version: FOLDER_VERSION + 1 });
      await writeFile(join(folder, "version.json"), `{"sha256":"${createHash("sha256").update(later).digest("hex")}","data":${later}}\n`);
      const before = await snapshot(folder);
      await expect(lowdbStore(folder)).rejects.toMatchObject({ code: "ERR_STORE_NEWER" });
      expect(await snapshot(folder)).toEqual(before);
      expect((await checkStore(folder))[0]).toMatchObject({ check: "documents", ok: false });
      await writeFile(join(folder, "version.json"), text.replace("2", "1"));
      await expect(lowdbStore(folder)).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
    }));

  it("have their version before anything else; one in which nothing is has none", () =>
    withDataFolder(async (folder) => {
      await (await lowdbStore(folder)).close();
      expect(await readdir(folder)).toEqual([]);
      await writeLife(folder);
      expect(await versionOf(folder)).toBe(FOLDER_VERSION);
    }));
});
