import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fromHex, toHex } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { encodeGroup, GROUP_LENGTH, groupDifficulty, solveWork, withWork } from "@amana/core/mailbox";
import { encodeReportLeaf } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { chunkHashes, group, hashOf, uploadOf } from "../../fixtures/records.ts";
import { asReport, Clock, makeWorld, Person, type ServiceOptions, type Services, START, startServices } from "../../fixtures/world.ts";
import { FIXED_TIME, type FileOperations, nodeFiles } from "../stores/lowdb/files.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import type { StoredGroup } from "../stores/store.ts";
import { createCollector } from "./collector.ts";
import type { LiveRound } from "./round.ts";
import { UPLOAD_IDLE, UPLOAD_REST, Uploads } from "./uploads.ts";

const CLOSE = START + 10_000;
const world = makeWorld({
  kind: "reports",
  windows: { enrolmentOpen: 0, enrolmentClose: 0, answeringOpen: START, answeringClose: CLOSE },
  deadlines: { objection: 0, sealBy: CLOSE + 1000, missingBy: CLOSE + 2000, commitBy: CLOSE + 3000, revealSpan: 100 },
});
const PERIOD = world.manifest.epoch.minimumSeconds;
const GROUP = 262_144;

interface Here extends Services {
  readonly clock: Clock;
  readonly round: LiveRound;
  readonly folder: string;
}

function withServices(use: (here: Here) => Promise<void>, options: Partial<ServiceOptions> = {}): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    const store = await lowdbStore(folder);
    try {
      const services = await startServices(store, world, { now: clock.now, ...options });
      await use({ ...services, clock, folder, round: services.rounds.byId(toHex(world.id)) as LiveRound });
    } finally {
      await store.close();
    }
  });
}

/** A group as it is posted: with its work. */
async function posted(upload: string, { chunks, ...place }: StoredGroup): Promise<Uint8Array> {
  const message = encodeGroup({ upload: fromHex(upload), chunks, ...place });
  return withWork(await solveWork(world.id, message, groupDifficulty(world.manifest.workDifficulty)), message);
}

const refused = (promise: Promise<unknown>, code: string) => expect(promise).rejects.toMatchObject({ code });
const ids = (...labels: string[]): Uint8Array[] => labels.map((label) => fromHex(uploadOf(label)));
const leafOf = (submission: Uint8Array): string => toHex(leafHash(encodeReportLeaf(submission)));

/** Every file below a folder of the round. */
async function filesIn({ folder }: Here, part: string): Promise<string[]> {
  const entries = await readdir(join(folder, "rounds", toHex(world.id), part), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe("an upload", () => {
  it("is taken with its work, once, while the round is open", () =>
    withServices(async ({ uploads, round, clock }) => {
      const body = await posted(uploadOf("a"), group("a"));
      const lazy = new Uint8Array(body);
      lazy.set(new Uint8Array(8).fill(255));
      await refused(uploads.put(round, lazy), "ERR_WORK_MISSING");
      await uploads.put(round, body);
      await uploads.put(round, body);
      await refused(uploads.put(round, await posted(uploadOf("a"), group("b"))), "ERR_UPLOAD_USED");
      await refused(uploads.put(round, body.subarray(0, 8 + GROUP_LENGTH - 1)), "ERR_ATTACHMENT_FORMAT");
      clock.seconds = START - 1;
      await refused(uploads.put(round, body), "ERR_ROUND_NOT_OPEN");
      clock.seconds = CLOSE;
      await refused(uploads.put(round, body), "ERR_ROUND_CLOSED");
    }));

  it("that nobody claims goes an hour after its last group, and room is made", () =>
    withServices(
      async ({ store, uploads, round, clock }) => {
        const [first, second] = [await posted(uploadOf("a"), group("a", 0, 2)), await posted(uploadOf("b"), group("b"))];
        await uploads.put(round, first);
        await refused(uploads.put(round, second), "ERR_OVERLOADED");
        clock.seconds += UPLOAD_IDLE - 1;
        await uploads.tick(round);
        expect(store.uploads(round.idHex)).toHaveLength(1);
        clock.seconds += 1;
        await uploads.tick(round);
        expect(store.uploads(round.idHex)).toEqual([]);
        clock.seconds = START;
        await uploads.put(round, second);
      },
      { uploadLimits: { unclaimed: GROUP, round: 8 * GROUP, mailbox: 8 * GROUP } },
    ));

  it("of a round that closes goes with it, unless its message is there", () =>
    withServices(async ({ store, collector, uploads, round, sealing, clock }) => {
      await uploads.put(round, await posted(uploadOf("a"), group("a")));
      await uploads.put(round, await posted(uploadOf("b"), group("b")));
      await collector.report(await asReport(world, new Person(world).submission(), ids("a")));
      clock.seconds = CLOSE;
      await sealing.tick();
      await uploads.tick(round);
      expect([store.uploads(round.idHex), store.settledChunks(round.idHex)]).toEqual([[], 4]);
      await uploads.tick(round);
      expect(await store.chunk(round.idHex, chunkHashes(group("b"))[0] as string)).toBeNull();
    }));
});

describe("a message with attachments", () => {
  it("is admitted when they are there whole, and the same message has the same promise ever after", () =>
    withServices(async ({ store, collector, uploads, round, sealing, clock }) => {
      const eve = new Person(world);
      const submission = eve.submission();
      const body = await asReport(world, submission, ids("a", "b"));
      await refused(collector.report(body), "ERR_UPLOAD_INCOMPLETE");
      await uploads.put(round, await posted(uploadOf("a"), group("a")));
      await uploads.put(round, await posted(uploadOf("b"), group("b", 1, 2)));
      await refused(collector.report(body), "ERR_UPLOAD_INCOMPLETE");
      expect(store.knownKey(round.idHex, toHex(eve.key.publicKey))).toBeNull();
      await uploads.put(round, await posted(uploadOf("b"), group("b", 0, 2)));
      const promise = await collector.report(body);
      expect(await collector.report(body)).toEqual(promise);
      for (clock.seconds of [START + 1, START + PERIOD + 1]) {
        await sealing.tick();
        await uploads.tick(round);
      }
      expect(store.uploads(round.idHex)).toEqual([]);
      expect(await collector.report(body)).toEqual(promise);
      for (const hash of [...chunkHashes(group("a")), ...chunkHashes(group("b", 0, 2)), ...chunkHashes(group("b", 1, 2))])
        expect(await store.chunk(round.idHex, hash)).toHaveLength(65_536);
    }));

  it("whose upload was cut off would be kept without its file, were uploads not claimed", () =>
    withServices(
      async ({ store, collector, uploads, round, clock }) => {
        await uploads.put(round, await posted(uploadOf("a"), group("a", 0, 2)));
        await collector.report(await asReport(world, new Person(world).submission(), ids("a")));
        await uploads.tick(round);
        clock.seconds += PERIOD;
        await uploads.tick(round);
        expect(store.settledChunks(round.idHex)).toBe(0);
      },
      { claim: async () => undefined },
    ));

  it("that is refused leaves them to the next one, however much time goes by between", () =>
    withServices(async ({ store, collector, uploads, round, clock, sealing }) => {
      const eve = new Person(world);
      await uploads.put(round, await posted(uploadOf("a"), group("a")));
      await refused(collector.report(await asReport(world, eve.submission(1), ids("a"))), "ERR_MAILBOX_GAP");
      clock.seconds += PERIOD + 1;
      await uploads.tick(round);
      expect(store.uploads(round.idHex)).toMatchObject([{ claims: [] }]);
      const message = eve.submission();
      await collector.report(await asReport(world, message, ids("a", "a")));
      expect(store.uploads(round.idHex)[0]?.claims).toContain(leafOf(message));
      clock.seconds += PERIOD;
      await sealing.tick();
      await uploads.tick(round);
      expect([store.uploads(round.idHex), store.settledChunks(round.idHex)]).toEqual([[], 4]);
      await uploads.put(round, await posted(uploadOf("b"), group("b")));
      await refused(collector.report(await asReport(world, eve.submission(), ids("b"))), "ERR_SEQUENCE_USED");
      expect(store.uploads(round.idHex)).toMatchObject([{ claims: [] }]);
    }));

  it("is refused when the round closes while its claim is written", () => {
    const clock = new Clock();
    return withServices(
      async ({ collector }) => {
        const body = await asReport(world, new Person(world).submission(), ids("a"));
        await refused(collector.report(body), "ERR_ROUND_CLOSED");
      },
      {
        now: clock.now,
        claim: async () => {
          clock.seconds = CLOSE;
        },
      },
    );
  });

  it("has no more than a mailbox and a round may have", async () => {
    const limits = { unclaimed: 16 * GROUP, mailbox: 2 * GROUP, round: 3 * GROUP };
    await withServices(
      async ({ store, collector, uploads, round, clock, sealing }) => {
        for (const label of ["a", "b", "c", "d"]) await uploads.put(round, await posted(uploadOf(label), group(label)));
        const [eve, ada] = [new Person(world), new Person(world)];
        await refused(collector.report(await asReport(world, eve.submission(), ids("a", "b", "c"))), "ERR_ATTACHMENTS_FULL");
        await collector.report(await asReport(world, eve.submission(), ids("a", "b")));
        await refused(collector.report(await asReport(world, eve.submission(1), ids("c"))), "ERR_ATTACHMENTS_FULL");
        await collector.report(await asReport(world, ada.submission(), ids("c")));
        await refused(collector.report(await asReport(world, ada.submission(1), ids("d"))), "ERR_ATTACHMENTS_FULL");
        await uploads.tick(round);
        clock.seconds += PERIOD;
        await sealing.tick();
        await uploads.tick(round);
        expect(store.settledChunks(round.idHex)).toBe(12);
        await refused(collector.report(await asReport(world, ada.submission(1), ids("d"))), "ERR_ATTACHMENTS_FULL");
        // Words are taken all the same.
        await collector.report(await asReport(world, ada.submission(1)));
      },
      { uploadLimits: limits },
    );
  });
});

describe("strangers who fill up what nobody claims", () => {
  const limits = { unclaimed: 2 * GROUP, round: 8 * GROUP, mailbox: 8 * GROUP };

  it("keep nobody out: what has rested longest makes room, and the same work again is no new life", () =>
    withServices(
      async ({ store, uploads, round, clock }) => {
        const here = (): string[] => store.uploads(round.idHex).map(({ upload }) => upload);
        const stale = await posted(uploadOf("stale"), group("stale", 0, 2));
        await uploads.put(round, stale);
        clock.seconds += UPLOAD_REST - 1;
        await uploads.put(round, stale);
        await uploads.put(round, await posted(uploadOf("fresh"), group("fresh", 0, 2)));
        await refused(uploads.put(round, await posted(uploadOf("a"), group("a"))), "ERR_OVERLOADED");
        clock.seconds += 1;
        await uploads.put(round, await posted(uploadOf("a"), group("a")));
        expect(here()).toEqual([uploadOf("fresh"), uploadOf("a")]);
        await refused(uploads.put(round, await posted(uploadOf("b"), group("b"))), "ERR_OVERLOADED");
      },
      { uploadLimits: limits },
    ));

  it("keep nothing alive with a message that names what is not whole", () =>
    withServices(async ({ store, collector, uploads, round, clock }) => {
      await uploads.put(round, await posted(uploadOf("a"), group("a", 0, 2)));
      const body = await asReport(world, new Person(world).submission(), ids("a"));
      clock.seconds += UPLOAD_IDLE - 1;
      await refused(collector.report(body), "ERR_UPLOAD_INCOMPLETE");
      clock.seconds += 1;
      await uploads.tick(round);
      expect(store.uploads(round.idHex)).toEqual([]);
    }));
});

describe("an upload that has rested for an hour and is claimed while another is rewritten", () => {
  /** A store in which one attachment is being rewritten while `meanwhile` happens. `late` drops after that what was to be dropped before. */
  async function rewriting(late: boolean): Promise<{ readonly told: string; readonly kept: boolean }> {
    return withDataFolder(async (folder) => {
      const clock = new Clock();
      const store = await lowdbStore(folder);
      const id = toHex(world.id);
      let meanwhile = async (): Promise<void> => undefined;
      let dropLater: readonly string[] = [];
      const between = Object.create(store, {
        dropUploads: {
          value: async (_: string, names: readonly string[]) => {
            if (late) dropLater = names;
            else await store.dropUploads(id, names);
          },
        },
        settleUploads: {
          value: async (_: string, names: readonly string[]) => {
            await meanwhile();
            await store.settleUploads(id, names);
            await store.dropUploads(id, dropLater);
          },
        },
      });
      for (const name of [
        "uploads",
        "index",
        "putGroup",
        "claimUploads",
        "knownKey",
        "admitted",
        "admitSubmission",
        "settledChunks",
      ] as const)
        Object.defineProperty(between, name, { value: store[name].bind(store) });
      try {
        const services = await startServices(store, world, { now: clock.now });
        const round = services.rounds.byId(id) as LiveRound;
        const uploads = new Uploads({ store: between, now: clock.now });
        const collector = createCollector({ ...services, promiseKey: world.promiseKey, now: clock.now, claim: uploads.claim });
        await uploads.put(round, await posted(uploadOf("rested"), group("rested")));
        clock.seconds += UPLOAD_IDLE - PERIOD;
        await uploads.put(round, await posted(uploadOf("other"), group("other")));
        await collector.report(await asReport(world, new Person(world).submission(), ids("other")));
        clock.seconds += PERIOD;
        await services.sealing.tick();
        const body = await asReport(world, new Person(world).submission(), ids("rested"));
        let told = "";
        meanwhile = async () => {
          const answer = await collector.report(body).catch((error: { readonly code: string }) => error.code);
          told = typeof answer === "string" ? answer : "kept";
        };
        await uploads.tick(round);
        return { told, kept: (await store.chunk(id, chunkHashes(group("rested"))[0] as string)) !== null };
      } finally {
        await store.close();
      }
    });
  }

  it("is gone for its message, which is told so", async () => {
    expect(await rewriting(false)).toEqual({ told: "ERR_UPLOAD_INCOMPLETE", kept: false });
  });

  it("were it dropped afterwards, a message would have a promise and lose its attachment", async () => {
    expect(await rewriting(true)).toEqual({ told: "kept", kept: false });
  });
});

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
          await uploads.put(round, await posted(uploadOf("a"), group("a")));
          await collector.report(await asReport(world, new Person(world).submission(), ids("a")));
          clock.seconds += PERIOD;
        }
        if (step === "again") await store.recoverRound(id, round.state.epochs, "keep");
        await sealing.tick();
        if (step === "again") await uploads.tick(round);
        left.push([store.uploads(id).length, store.settledChunks(id)]);
        await store.close();
      }
      expect(left).toEqual([
        [1, 0],
        [0, 4],
      ]);
    }));
});

describe("what is left on the disk after a seal", () => {
  /** Two people with an attachment each, one of four chunks, one of eight, sealed together. */
  const sealed = async (here: Here, order: readonly string[]): Promise<void> => {
    const { uploads, collector, round, sealing, clock } = here;
    const groups: Readonly<Record<string, number>> = { a: 1, b: 2 };
    for (const label of order) {
      for (let index = 0; index < (groups[label] ?? 0); index++) {
        await uploads.put(round, await posted(hashOf(`${label} ${here.folder}`).slice(0, 32), group(label, index, groups[label])));
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
      await withServices(async (here) => {
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
      const files: FileOperations = {
        ...nodeFiles,
        async read(path) {
          const first = path.endsWith(`${uploadOf("a")}/0`) ? meanwhile : null;
          if (first !== null) meanwhile = null;
          await first?.();
          return nodeFiles.read(path);
        },
      };
      const store = await lowdbStore(folder, { files });
      const id = toHex(world.id);
      await store.putGroup(id, uploadOf("a"), group("a"));
      meanwhile = () => store.settleUploads(id, [uploadOf("a")]);
      const [hash = ""] = chunkHashes(group("a"));
      expect(await store.chunk(id, hash)).toHaveLength(65_536);
      expect(store.uploads(id)).toEqual([]);
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
        const [left] = store.uploads(id);
        if (acknowledged.includes("claim") && !acknowledged.includes("settled") && left !== undefined && left.present === 2)
          expect(left.claims.length === 1 || store.settledChunks(id) === 8, `step ${failAfter}`).toBe(true);
        // Finished after the restart, as a client and the next seal do.
        if (!acknowledged.includes("claim"))
          for (const part of parts) expect(["kept", "same"]).toContain(await store.putGroup(id, uploadOf("a"), part));
        await store.settleUploads(id, [uploadOf("a")]);
        expect([store.uploads(id), store.settledChunks(id)], `step ${failAfter}`).toEqual([[], 8]);
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
