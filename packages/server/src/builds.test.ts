import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SHA256, toHex } from "@amana/core/bytes";
import { type DocumentEntry, decodeBuildList } from "@amana/core/entries";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../fixtures/folder.ts";
import { newHolders } from "../fixtures/keys.ts";
import { startServer, trialProgramme } from "../fixtures/server.ts";
import { lowdbStore } from "./index.ts";
import { logBuild } from "./services/builds.ts";
import { readForm } from "./services/form-files.ts";
import { openServices, type Services } from "./services/services.ts";
import { EntryRules, isRefusal } from "./witness/rules.ts";

const PAGE = '<!doctype html><head><meta name="amana-programme" content=""></head><script src="assets/a.js"></script>';

/** A programme's folder, and beside it a built form with these scripts. */
function withForm(use: (folder: string, form: string) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const form = join(dirname(folder), "form");
    await mkdir(join(form, "assets"), { recursive: true });
    await writeFile(join(form, "index.html"), PAGE);
    await writeFile(join(form, "assets", "a.js"), "1;");
    await writeFile(join(dirname(folder), "emblème de l'État.svg"), "<svg/>");
    await trialProgramme(folder, newHolders());
    await use(folder, form);
  });
}

async function withServices<T>(folder: string, use: (services: Services) => Promise<T>): Promise<T> {
  const store = await lowdbStore(folder);
  try {
    return await use(await openServices({ store }));
  } finally {
    await store.close();
  }
}

const typesIn = (folder: string): Promise<string[]> =>
  withServices(folder, async ({ ledger }) => ledger.documents.map(({ entry }) => entry.type));

describe("the form that a server serves", () => {
  it("is logged once, as everybody gets it, with its page and its brand, and the list can be fetched", () =>
    withForm(async (folder, form) => {
      const brand = { name: { fr: "Douane" }, logo: join(dirname(folder), "emblème de l'État.svg") };
      for (let start = 0; start < 2; start++) {
        const server = await startServer(folder, { form, brand });
        const files = await withEntry(server.call);
        expect(files.map(({ path }) => path)).toEqual(["", "assets/a.js", "brand/logo.svg"]);
        for (const { path, sha256, length } of files) {
          const { body } = await server.call(path);
          expect([toHex(SHA256(body)), body.length]).toEqual([sha256, length]);
        }
        await server.close();
      }
      expect(await typesIn(folder)).toEqual(["programme", "builds"]);

      async function withEntry(call: Awaited<ReturnType<typeof startServer>>["call"]) {
        const entries = new TextDecoder().decode((await call("ledger/tile/entries/000.p/2")).body);
        const [, sha256 = ""] = /"sha256":"([0-9a-f]{64})","type":"builds"/.exec(entries) ?? [];
        return decodeBuildList((await call(`files/${sha256}`)).body).files;
      }
    }));

  it("is logged again when a file, the page or the brand is another, and when an older one comes back", () =>
    withForm(async (folder, form) => {
      const start = async (name?: string): Promise<number> => {
        await (await startServer(folder, { form, brand: name === undefined ? undefined : { name: { en: name } } })).close();
        return (await typesIn(folder)).length;
      };
      expect(await start()).toBe(2);
      expect(await start("Customs")).toBe(3);
      expect(await start()).toBe(4);
      await writeFile(join(form, "assets", "a.js"), "2;");
      expect(await start()).toBe(5);
      expect(await start()).toBe(5);
    }));

  it("is nothing where a server serves none: its ledger stays empty", () =>
    withForm(async (folder) => {
      await (await startServer(folder)).close();
      expect(await typesIn(folder)).toEqual([]);
    }));

  it("is on the disk before the entry that names it; stopped in between, it is logged at the next start, and a lost list is written again", () =>
    withForm(async (folder, form) => {
      const files = { files: new Map([["", new Uint8Array([1])]]), page: new Uint8Array([1]), find: () => null };
      await withServices(folder, async (services) => {
        const broken = { ...services.ledger, stopped: null, documents: [], append: () => Promise.reject(new Error("power")) };
        await expect(logBuild({ ...services, ledger: broken }, files)).rejects.toThrow("power");
        expect(services.ledger.size).toBe(0);
        await logBuild(services, files);
        await logBuild(services, files);
        expect(services.ledger.size).toBe(2);
      });
      const { sha256 } = await withServices(folder, async ({ ledger }) => ledger.documents[1]?.entry as DocumentEntry);
      await rm(join(folder, "files", sha256));
      await withServices(folder, async (services) => {
        await logBuild(services, files);
        expect(await services.store.getFile(sha256)).not.toBeNull();
        expect(services.ledger.size).toBe(2);
      });
      await (await startServer(folder, { form })).close();
      expect(await typesIn(folder)).toEqual(["programme", "builds", "builds"]);
    }));

  it("is not logged in a folder that is an older copy: a second history would be the server's own", () =>
    withForm(async (folder) => {
      await withServices(folder, async (services) => {
        services.ledger.stop(new Error("older") as never);
        await logBuild(services, { files: new Map(), page: new Uint8Array(0), find: () => null });
        expect(services.ledger.size).toBe(0);
      });
    }));

  it("stands in a ledger that witnesses take", () =>
    withForm(async (folder, form) => {
      await (await startServer(folder, { form })).close();
      await withServices(folder, async ({ ledger, programme }) => {
        const rules = new EntryRules(programme);
        for await (const { index, entry } of ledger.entries(0)) expect(isRefusal(rules.take(index, entry))).toBe(false);
      });
    }));

  it("is refused when the ledger cannot name its files, before anything is logged", () =>
    withForm(async (folder, form) => {
      await writeFile(join(form, "a b.js"), "");
      const { programme } = await withServices(folder, async (services) => services);
      await expect(readForm(form, programme, undefined)).rejects.toMatchObject({
        code: "ERR_CONFIG_INVALID",
        details: { problems: [{ path: "/form", message: expect.stringContaining("named with letters") }] },
      });
    }));
});
