import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fromHex, toHex } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { chunkHashes, group, hashOf, uploadOf } from "../../fixtures/records.ts";
import { type ChannelServices, channelWorld, posted, uploadIds, withChannel } from "../../fixtures/uploads.ts";
import { asReport, Clock, Person, START, startServices } from "../../fixtures/world.ts";
import { FIXED_TIME, type FileOperations, nodeFiles } from "../stores/lowdb/files.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import type { LiveRound } from "./round.ts";
import { Uploads } from "./uploads.ts";

const world = channelWorld();
const PERIOD = world.manifest.epoch.minimumSeconds;

const refused = (promise: Promise<unknown>, code: string) => expect(promise).rejects.toMatchObject({ code });

/** Every file below a folder of the round. */
async function filesIn({ folder }: ChannelServices, part: string): Promise<string[]> {
  const entries = await readdir(join(folder, "rounds", toHex(world.id), part), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe("a process that ends between a seal and what follows it", () => {
  it("leaves the names of uploads to the next one, which takes them away at once", () =>
    withDataFolder(async (folder) => {
      const clock = new Clock();
      const id = toHex(world.id);
      const left: [number, number][] = [];
      for (const step of ["seal", "again"]) {
        const store = await lowdbStore(folder);
        const { uploads, collector, sealing, rounds } = await startServices(store, world, { now: clock.now });
        const round = rounds.byId(id) as LiveRound;
        if (step === "seal") {
          await uploads.put(round, await posted(world, uploadOf("a"), group("a")));
          await collector.report(await asReport(world, new Person(world).submission(), uploadIds("a")));
          clock.seconds += PERIOD;
        }
        if (step === "again") await store.recoverRound(id, round.state.epochs, "keep");
        await sealing.tick();
        if (step === "again") await uploads.tick(round);
        left.push([(await store.uploads(id)).length, await store.settledChunks(id)]);
        await store.close();
      }
      expect(left).toEqual([
        [1, 0],
        [0, 4],
      ]);
    }));

  it("would leave them until the close to one that settles after its own seals alone", () =>
    withChannel(world, async ({ store, uploads, collector, sealing, round, clock }) => {
      await uploads.put(round, await posted(world, uploadOf("a"), group("a")));
      await collector.report(await asReport(world, new Person(world).submission(), uploadIds("a")));
      clock.seconds += PERIOD;
      await sealing.tick();
      // What such a process knows of the ledger: nothing is sealed that it did not seal itself.
      const own = Object.create(store, {
        uploads: { value: () => store.uploads(round.idHex) },
        index: { value: async () => (await store.index(round.idHex)).map((each) => ({ ...each, epoch: null })) },
        dropUploads: { value: async () => undefined },
        settleUploads: { value: (_: string, names: readonly string[]) => store.settleUploads(round.idHex, names) },
      });
      await new Uploads({ store: own, now: clock.now }).tick(round);
      expect([(await store.uploads(round.idHex)).length, await store.settledChunks(round.idHex)]).toEqual([1, 0]);
      await new Uploads({ store, now: clock.now }).tick(round);
      expect([(await store.uploads(round.idHex)).length, await store.settledChunks(round.idHex)]).toEqual([0, 4]);
    }));
});

describe("what is left on the disk after a seal", () => {
  /** Two people with an attachment each, one of four chunks, one of eight, sealed together. */
  const sealed = async (here: ChannelServices, order: readonly string[]): Promise<void> => {
    const { uploads, collector, round, sealing, clock } = here;
    const groups: Readonly<Record<string, number>> = { a: 1, b: 2 };
    for (const label of order) {
      for (let index = 0; index < (groups[label] ?? 0); index++) {
        await uploads.put(round, await posted(world, hashOf(`${label} ${here.folder}`).slice(0, 32), group(label, index, groups[label])));
      }
      const names = [fromHex(hashOf(`${label} ${here.folder}`).slice(0, 32))];
      await collector.report(await asReport(world, new Person(world).submission(), names));
    }
    for (clock.seconds of [START + 1, START + PERIOD + 1]) {
      await sealing.tick();
      await uploads.tick(round);
    }
  };

  it("names no upload, no group and no time, and is the same in whatever order they came", async () => {
    const left: string[][] = [];
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ])
      await withChannel(world, async (here) => {
        await sealed(here, order);
        expect(await filesIn(here, "uploads")).toEqual([]);
        const files = await filesIn(here, "chunks");
        for (const path of files) {
          const { mtimeMs, size, mode } = await stat(path);
          expect([mtimeMs / 1000, size, mode & 0o777]).toEqual([FIXED_TIME, 65_536, 0o600]);
        }
        left.push(files.map((path) => path.slice(-64)).sort());
        const everything = await Promise.all((await filesIn(here, ".")).map(async (path) => [path, await readFile(path, "latin1")]));
        for (const label of order)
          for (const [path = "", text = ""] of everything) {
            const name = hashOf(`${label} ${here.folder}`).slice(0, 32);
            expect(path.includes(name) || text.includes(name) || text.includes(Buffer.from(fromHex(name)).toString("latin1"))).toBe(false);
          }
      });
    expect(left[0]).toHaveLength(12);
    expect(left[1]).toEqual(left[0]);
  });

  it("was written in the order of hashes; a store that writes an upload after the other would tell which chunks belong together", async () => {
    const written: string[] = [];
    const disk = new SimulatedDisk();
    disk.before = (step, path) => void (step === "rename" && /chunks\/[0-9a-f]{64}$/.test(path) && written.push(path.slice(-64)));
    await withDataFolder(async (folder) => {
      const store = await lowdbStore(folder, { files: disk.under(folder) });
      const id = toHex(world.id);
      for (const label of ["a", "b", "c"]) await store.putGroup(id, uploadOf(label), group(label));
      await store.settleUploads(id, [uploadOf("c"), uploadOf("a"), uploadOf("b")]);
      expect(written).toHaveLength(12);
      expect(written).toEqual([...written].sort());
      written.length = 0;
      // The same without the rule: one call for each.
      for (const label of ["d", "e", "f"]) await store.putGroup(id, uploadOf(label), group(label));
      for (const label of ["d", "e", "f"]) await store.settleUploads(id, [uploadOf(label)]);
      expect([0, 4, 8].map((at) => written.slice(at, at + 4))).toEqual(["d", "e", "f"].map((label) => chunkHashes(group(label)).sort()));
      await store.close();
    });
  });
});

describe("a chunk that a handler asks for while it is rewritten", () => {
  it("is handed over, not called damaged", () =>
    withDataFolder(async (folder) => {
      let meanwhile: (() => Promise<void>) | null = null;
      const looks: (Uint8Array | null)[] = [];
      const files: FileOperations = {
        ...nodeFiles,
        async read(path) {
          const first = path.endsWith(`${uploadOf("a")}/0`) ? meanwhile : null;
          if (first !== null) meanwhile = null;
          await first?.();
          const bytes = await nodeFiles.read(path);
          if (first !== null) looks.push(bytes);
          return bytes;
        },
      };
      const store = await lowdbStore(folder, { files });
      const id = toHex(world.id);
      await store.putGroup(id, uploadOf("a"), group("a"));
      meanwhile = () => store.settleUploads(id, [uploadOf("a")]);
      const [hash = ""] = chunkHashes(group("a"));
      expect(await store.chunk(id, hash)).toHaveLength(65_536);
      expect(await store.uploads(id)).toEqual([]);
      // What a store that looks once has found, and would call damaged.
      expect(looks).toEqual([null]);
      await store.close();
    }));
});

describe("a loss of power at any step", () => {
  const id = toHex(world.id);
  const parts = [group("a", 0, 2), group("a", 1, 2)] as const;

  /** An upload, its claim, its settling. Says what was acknowledged. */
  async function run(disk: SimulatedDisk, acknowledged: string[]): Promise<void> {
    await withDataFolder(async (folder) => {
      const store = await lowdbStore(folder, { files: disk.under(folder) });
      try {
        for (const [index, part] of parts.entries()) {
          await store.putGroup(id, uploadOf("a"), part);
          acknowledged.push(`group ${index}`);
        }
        await store.claimUploads(id, [uploadOf("a")], hashOf("leaf"));
        acknowledged.push("claim");
        await store.settleUploads(id, [uploadOf("a")]);
        acknowledged.push("settled");
      } finally {
        await store.close();
      }
    });
  }

  it("loses no group and no claim that was acknowledged, and what was half settled is settled again", async () => {
    const whole = new SimulatedDisk();
    await run(whole, []);
    expect(whole.steps).toBeGreaterThan(60);
    let seed = 7;
    const coin = (): boolean => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed > 1073741824;
    };
    for (let failAfter = 0; failAfter <= whole.steps; failAfter += 1) {
      const disk = new SimulatedDisk();
      disk.failAfter = failAfter;
      const acknowledged: string[] = [];
      await run(disk, acknowledged).catch((error: unknown) => {
        if (!isAmanaError(error)) throw error;
      });
      const after = disk.afterCrash(failAfter % 2 === 0 ? "forget" : "reorder", coin);
      await withDataFolder(async (folder) => {
        const store = await lowdbStore(folder, { files: after.under(folder) });
        for (const [index, part] of parts.entries()) {
          if (!acknowledged.includes(`group ${index}`)) continue;
          for (const hash of chunkHashes(part)) expect(await store.chunk(id, hash), `step ${failAfter}`).toHaveLength(65_536);
        }
        const [left] = await store.uploads(id);
        if (acknowledged.includes("claim") && !acknowledged.includes("settled") && left !== undefined && left.present === 2)
          expect(left.claims.length === 1 || (await store.settledChunks(id)) === 8, `step ${failAfter}`).toBe(true);
        // Finished after the restart, as a client and the next seal do.
        if (!acknowledged.includes("claim"))
          for (const part of parts) expect(["kept", "same"]).toContain(await store.putGroup(id, uploadOf("a"), part));
        await store.settleUploads(id, [uploadOf("a")]);
        expect([await store.uploads(id), await store.settledChunks(id)], `step ${failAfter}`).toEqual([[], 8]);
        await store.close();
      });
    }
  }, 120_000);

  it("a damaged group or chunk is named, and never handed out", () =>
    withDataFolder(async (folder) => {
      const disk = new SimulatedDisk();
      const store = await lowdbStore(folder, { files: disk.under(folder) });
      await store.putGroup(id, uploadOf("a"), group("a"));
      const [hash = ""] = chunkHashes(group("a"));
      const [path = "", bytes] = [...disk.files()].find(([name]) => name.includes("uploads")) as [string, Uint8Array];
      disk.damage(
        path,
        bytes.map((byte, at) => (at === 100 ? byte ^ 1 : byte)),
      );
      await refused(store.chunk(id, hash), "ERR_STORE_DAMAGED");
      disk.damage(path, bytes);
      await store.settleUploads(id, [uploadOf("a")]);
      const [settled = ""] = [...disk.files()].map(([name]) => name).filter((name) => name.endsWith(hash));
      disk.damage(settled, new Uint8Array(65_536));
      await refused(store.chunk(id, hash), "ERR_STORE_DAMAGED");
      await store.close();
    }));
});
