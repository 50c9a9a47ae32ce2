import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withFolder } from "../../test-support/folder.ts";
import { roundsAtWork, WorkFolder } from "./work-folder.ts";

const LEAF = "aa".repeat(32);

describe("work folder", () => {
  it("keeps envelopes by leaf hash, whole or not at all: what an interrupted write left is none", () =>
    withFolder(async (folder) => {
      const { holdings } = new WorkFolder(join(folder, "customs.key"), "wave-1");
      expect(await holdings.list()).toEqual([]);
      expect(await holdings.get(LEAF)).toBeNull();
      await holdings.put(LEAF, new Uint8Array([1, 2, 3]));
      const envelopes = join(folder, "customs.key.work", "wave-1", "envelopes");
      await writeFile(join(envelopes, `${"bb".repeat(32)}.new`), "half");
      expect(await holdings.list()).toEqual([LEAF]);
      expect([...((await holdings.get(LEAF)) as Uint8Array)]).toEqual([1, 2, 3]);
      await holdings.put(LEAF, new Uint8Array([4]));
      expect([...((await holdings.get(LEAF)) as Uint8Array)]).toEqual([4]);
      await holdings.remove(LEAF);
      await holdings.remove(LEAF);
      expect(await holdings.list()).toEqual([]);
    }));

  it("begins anew when its state is damaged: every step can be done again", () =>
    withFolder(async (folder) => {
      const work = new WorkFolder(join(folder, "customs.key"), "wave-1");
      expect(await work.readState()).toEqual({ revealed: null, signed: false });
      await work.writeState({ revealed: 1, signed: true });
      expect(await work.readState()).toEqual({ revealed: 1, signed: true });
      const path = join(folder, "customs.key.work", "wave-1", "state.json");
      for (const content of ["", '{"revealed":1', '{"revealed":"1","signed":true}', "null"]) {
        await writeFile(path, content);
        expect(await work.readState()).toEqual({ revealed: null, signed: false });
      }
      expect(await roundsAtWork(join(folder, "customs.key"))).toEqual(["wave-1"]);
      expect(await roundsAtWork(join(folder, "other.key"))).toEqual([]);
    }));

  it("keeps release and ballots for its owner alone, with nothing temporary left", () =>
    withFolder(async (folder) => {
      const work = new WorkFolder(join(folder, "customs.key"), "wave-1");
      const release = await work.writeRelease(new Uint8Array([1]), [{ name: "index.html", bytes: new Uint8Array([2]) }]);
      expect((await readdir(release)).sort()).toEqual(["index.html", "release.json"]);
      const ballots = await work.writeBallots([{ a: 1 }]);
      expect(await readFile(ballots, "utf8")).toBe('[{"a":1}]');
      for (const path of [ballots, join(release, "index.html")]) expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await readdir(join(folder, "customs.key.work", "wave-1"))).not.toContain("ballots.json.new");
    }));

  it("remembers a destruction until the ledger says so", () =>
    withFolder(async (folder) => {
      const work = new WorkFolder(join(folder, "customs.key"), "wave-1");
      expect(await work.isMarkedDestroyed()).toBe(false);
      await work.markDestroyed();
      expect(await work.isMarkedDestroyed()).toBe(true);
      await work.clearDestroyed();
      expect(await work.isMarkedDestroyed()).toBe(false);
    }));
});
