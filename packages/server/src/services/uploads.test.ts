import { toHex } from "@amana/core/bytes";
import { leafHash } from "@amana/core/ledger";
import { checkWork, GROUP_LENGTH, groupDifficulty, WORK_LENGTH } from "@amana/core/mailbox";
import { encodeReportLeaf } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { chunkHashes, group, uploadOf } from "../../fixtures/records.ts";
import { CLOSE, channelWorld, posted, uploadIds, withChannel } from "../../fixtures/uploads.ts";
import { asReport, Clock, Person, START, startServices } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import type { StoredGroup, Upload } from "../stores/store.ts";
import { createCollector } from "./collector.ts";
import type { LiveRound } from "./round.ts";
import { UPLOAD_IDLE, UPLOAD_REST, Uploads } from "./uploads.ts";

const world = channelWorld();
const PERIOD = world.manifest.epoch.minimumSeconds;
const GROUP = 262_144;

const refused = (promise: Promise<unknown>, code: string) => expect(promise).rejects.toMatchObject({ code });
const isWorked = (body: Uint8Array): boolean =>
  checkWork(world.id, body.subarray(WORK_LENGTH), body.subarray(0, WORK_LENGTH), groupDifficulty(world.manifest.workDifficulty));
const leafOf = (submission: Uint8Array): string => toHex(leafHash(encodeReportLeaf(submission)));

describe("an upload", () => {
  it("is taken with its work, once, while the round is open", () =>
    withChannel(world, async ({ uploads, round, clock }) => {
      const body = await posted(world, uploadOf("a"), group("a"));
      const lazy = new Uint8Array(body);
      // One of sixteen would do; this one does not.
      while (isWorked(lazy)) lazy[7] = (lazy[7] as number) + 1;
      await refused(uploads.put(round, lazy), "ERR_WORK_MISSING");
      await uploads.put(round, body);
      await uploads.put(round, body);
      await refused(uploads.put(round, await posted(world, uploadOf("a"), group("b"))), "ERR_UPLOAD_USED");
      await refused(uploads.put(round, body.subarray(0, 8 + GROUP_LENGTH - 1)), "ERR_ATTACHMENT_FORMAT");
      clock.seconds = START - 1;
      await refused(uploads.put(round, body), "ERR_ROUND_NOT_OPEN");
      clock.seconds = CLOSE;
      await refused(uploads.put(round, body), "ERR_ROUND_CLOSED");
    }));

  it("that nobody claims goes an hour after its last group, and room is made", () =>
    withChannel(
      world,
      async ({ store, uploads, round, clock }) => {
        const [first, second] = [await posted(world, uploadOf("a"), group("a", 0, 2)), await posted(world, uploadOf("b"), group("b"))];
        await uploads.put(round, first);
        await refused(uploads.put(round, second), "ERR_OVERLOADED");
        clock.seconds += UPLOAD_IDLE - 1;
        await uploads.tick(round);
        expect(await store.uploads(round.idHex)).toHaveLength(1);
        clock.seconds += 1;
        await uploads.tick(round);
        expect(await store.uploads(round.idHex)).toEqual([]);
        clock.seconds = START;
        await uploads.put(round, second);
      },
      { uploadLimits: { unclaimed: GROUP, round: 8 * GROUP, mailbox: 8 * GROUP, reserve: 0 } },
    ));

  it("of a round that closes goes with it, unless its message is there", () =>
    withChannel(world, async ({ store, collector, uploads, round, sealing, clock }) => {
      await uploads.put(round, await posted(world, uploadOf("a"), group("a")));
      await uploads.put(round, await posted(world, uploadOf("b"), group("b")));
      await collector.report(await asReport(world, new Person(world).submission(), uploadIds("a")));
      clock.seconds = CLOSE;
      await sealing.tick();
      await uploads.tick(round);
      expect([await store.uploads(round.idHex), await store.settledChunks(round.idHex)]).toEqual([[], 4]);
      await uploads.tick(round);
      expect(await store.chunk(round.idHex, chunkHashes(group("b"))[0] as string)).toBeNull();
    }));
});

describe("a message with attachments", () => {
  it("is admitted when they are there whole, and the same message has the same promise ever after", () =>
    withChannel(world, async ({ store, collector, uploads, round, sealing, clock }) => {
      const eve = new Person(world);
      const submission = eve.submission();
      const body = await asReport(world, submission, uploadIds("a", "b"));
      await refused(collector.report(body), "ERR_UPLOAD_INCOMPLETE");
      await uploads.put(round, await posted(world, uploadOf("a"), group("a")));
      await uploads.put(round, await posted(world, uploadOf("b"), group("b", 1, 2)));
      await refused(collector.report(body), "ERR_UPLOAD_INCOMPLETE");
      expect((await store.lookUp(round.idHex, toHex(eve.key.publicKey), 0)).key).toBeNull();
      await uploads.put(round, await posted(world, uploadOf("b"), group("b", 0, 2)));
      const promise = await collector.report(body);
      expect(await collector.report(body)).toEqual(promise);
      for (clock.seconds of [START + 1, START + PERIOD + 1]) {
        await sealing.tick();
        await uploads.tick(round);
      }
      expect(await store.uploads(round.idHex)).toEqual([]);
      expect(await collector.report(body)).toEqual(promise);
      for (const hash of [...chunkHashes(group("a")), ...chunkHashes(group("b", 0, 2)), ...chunkHashes(group("b", 1, 2))])
        expect(await store.chunk(round.idHex, hash)).toHaveLength(65_536);
    }));

  it("whose upload was cut off would be kept without its file, were uploads not claimed", () =>
    withChannel(
      world,
      async ({ store, collector, uploads, round, clock }) => {
        await uploads.put(round, await posted(world, uploadOf("a"), group("a", 0, 2)));
        await collector.report(await asReport(world, new Person(world).submission(), uploadIds("a")));
        await uploads.tick(round);
        clock.seconds += PERIOD;
        await uploads.tick(round);
        expect(await store.settledChunks(round.idHex)).toBe(0);
      },
      { claim: async () => undefined },
    ));

  it("that is refused leaves them to the next one, however much time goes by between", () =>
    withChannel(world, async ({ store, collector, uploads, round, clock, sealing }) => {
      const eve = new Person(world);
      await uploads.put(round, await posted(world, uploadOf("a"), group("a")));
      await refused(collector.report(await asReport(world, eve.submission(1), uploadIds("a"))), "ERR_MAILBOX_GAP");
      clock.seconds += PERIOD + 1;
      await uploads.tick(round);
      expect(await store.uploads(round.idHex)).toMatchObject([{ claims: [] }]);
      const message = eve.submission();
      await collector.report(await asReport(world, message, uploadIds("a", "a")));
      expect((await store.uploads(round.idHex))[0]?.claims).toContain(leafOf(message));
      clock.seconds += PERIOD;
      await sealing.tick();
      await uploads.tick(round);
      expect([await store.uploads(round.idHex), await store.settledChunks(round.idHex)]).toEqual([[], 4]);
      await uploads.put(round, await posted(world, uploadOf("b"), group("b")));
      await refused(collector.report(await asReport(world, eve.submission(), uploadIds("b"))), "ERR_SEQUENCE_USED");
      expect(await store.uploads(round.idHex)).toMatchObject([{ claims: [] }]);
    }));

  it("is refused when the round closes while its claim is written", () => {
    const clock = new Clock();
    return withChannel(
      world,
      async ({ collector }) => {
        const body = await asReport(world, new Person(world).submission(), uploadIds("a"));
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
    const limits = { unclaimed: 16 * GROUP, mailbox: 2 * GROUP, round: 6 * GROUP, reserve: 0 };
    await withChannel(
      world,
      async ({ store, collector, uploads, round, clock, sealing }) => {
        for (const label of ["a", "b", "c", "d"]) await uploads.put(round, await posted(world, uploadOf(label), group(label)));
        const [eve, ada] = [new Person(world), new Person(world)];
        await refused(collector.report(await asReport(world, eve.submission(), uploadIds("a", "b", "c"))), "ERR_ATTACHMENTS_FULL");
        await collector.report(await asReport(world, eve.submission(), uploadIds("a", "b")));
        await refused(collector.report(await asReport(world, eve.submission(1), uploadIds("c"))), "ERR_ATTACHMENTS_FULL");
        await collector.report(await asReport(world, ada.submission(), uploadIds("c")));
        await refused(collector.report(await asReport(world, ada.submission(1), uploadIds("d"))), "ERR_ATTACHMENTS_FULL");
        await uploads.tick(round);
        clock.seconds += PERIOD;
        await sealing.tick();
        await uploads.tick(round);
        expect(await store.settledChunks(round.idHex)).toBe(12);
        await refused(collector.report(await asReport(world, ada.submission(1), uploadIds("d"))), "ERR_ATTACHMENTS_FULL");
        // Words are taken all the same.
        await collector.report(await asReport(world, ada.submission(1)));
      },
      { uploadLimits: limits },
    );
  });
});

describe("strangers who fill up what nobody claims", () => {
  const limits = { unclaimed: 2 * GROUP, round: 8 * GROUP, mailbox: 8 * GROUP, reserve: 0 };

  it("keep nobody out: what has rested longest makes room, and the same work again is no new life", () =>
    withChannel(
      world,
      async ({ store, uploads, round, clock }) => {
        const here = async (): Promise<string[]> => (await store.uploads(round.idHex)).map(({ upload }) => upload);
        const stale = await posted(world, uploadOf("stale"), group("stale", 0, 2));
        await uploads.put(round, stale);
        clock.seconds += UPLOAD_REST - 1;
        await uploads.put(round, stale);
        await uploads.put(round, await posted(world, uploadOf("fresh"), group("fresh", 0, 2)));
        await refused(uploads.put(round, await posted(world, uploadOf("a"), group("a"))), "ERR_OVERLOADED");
        clock.seconds += 1;
        await uploads.put(round, await posted(world, uploadOf("a"), group("a")));
        expect(await here()).toEqual([uploadOf("fresh"), uploadOf("a")]);
        await refused(uploads.put(round, await posted(world, uploadOf("b"), group("b"))), "ERR_OVERLOADED");
      },
      { uploadLimits: limits },
    ));

  it("would keep everybody out for the hour, were nothing to make room", () =>
    withChannel(
      world,
      async ({ uploads, round, clock }) => {
        await uploads.put(round, await posted(world, uploadOf("stale"), group("stale", 0, 2)));
        await uploads.put(round, await posted(world, uploadOf("other"), group("other", 0, 2)));
        clock.seconds += UPLOAD_IDLE - 1;
        await refused(uploads.put(round, await posted(world, uploadOf("a"), group("a"))), "ERR_OVERLOADED");
      },
      { uploadLimits: limits, uploads: { rest: Number.POSITIVE_INFINITY } },
    ));

  it("would keep what they left alive with one piece of work, were the same group new life", () =>
    withChannel(world, async ({ store, round, clock }) => {
      const [id, stale] = [round.idHex, await posted(world, uploadOf("stale"), group("stale", 0, 2))];
      const believing = Object.create(store, {
        uploads: { value: () => store.uploads(id) },
        free: { value: async () => null },
        dropUploads: { value: (_: string, dropped: readonly Upload[]) => store.dropUploads(id, dropped) },
        putGroup: { value: async (_: string, upload: string, part: StoredGroup) => (await store.putGroup(id, upload, part)) && "kept" },
        index: { value: async () => [] },
        settleUploads: { value: async () => undefined },
      });
      for (const [kept, expected] of [
        [store, 0],
        [believing, 1],
      ] as const) {
        clock.seconds = START;
        const uploads = new Uploads({ store: kept, now: clock.now });
        await uploads.put(round, stale);
        for (let hour = 0; hour < 3; hour++) {
          clock.seconds += UPLOAD_IDLE / 2;
          await uploads.tick(round);
          // Once it is gone the same bytes are a new upload.
          if ((await store.uploads(id)).length > 0) await uploads.put(round, stale);
        }
        expect(await store.uploads(id)).toHaveLength(expected);
      }
    }));

  it("keep nothing alive with a message that names what is not whole", () =>
    withChannel(world, async ({ store, collector, uploads, round, clock }) => {
      await uploads.put(round, await posted(world, uploadOf("a"), group("a", 0, 2)));
      const body = await asReport(world, new Person(world).submission(), uploadIds("a"));
      clock.seconds += UPLOAD_IDLE - 1;
      await refused(collector.report(body), "ERR_UPLOAD_INCOMPLETE");
      clock.seconds += 1;
      await uploads.tick(round);
      expect(await store.uploads(round.idHex)).toEqual([]);
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
      let dropLater: readonly Upload[] = [];
      const between = Object.create(store, {
        dropUploads: {
          value: async (_: string, dropped: readonly Upload[]) => {
            if (late) dropLater = dropped;
            else await store.dropUploads(id, dropped);
          },
        },
        settleUploads: {
          value: async (_: string, names: readonly string[]) => {
            await meanwhile();
            await store.settleUploads(id, names);
            const here = await store.uploads(id);
            await store.dropUploads(
              id,
              here.filter(({ upload }) => dropLater.some((each) => each.upload === upload)),
            );
          },
        },
      });
      for (const name of ["uploads", "index", "putGroup", "claimUploads", "lookUp", "admitSubmission", "settledChunks", "free"] as const)
        Object.defineProperty(between, name, { value: store[name].bind(store) });
      try {
        const services = await startServices(store, world, { now: clock.now });
        const round = services.rounds.byId(id) as LiveRound;
        const uploads = new Uploads({ store: between, now: clock.now });
        const collector = createCollector({ ...services, promiseKey: world.promiseKey, now: clock.now, claim: uploads.claim });
        await uploads.put(round, await posted(world, uploadOf("rested"), group("rested")));
        clock.seconds += UPLOAD_IDLE - PERIOD;
        await uploads.put(round, await posted(world, uploadOf("other"), group("other")));
        await collector.report(await asReport(world, new Person(world).submission(), uploadIds("other")));
        clock.seconds += PERIOD;
        await services.sealing.tick();
        const body = await asReport(world, new Person(world).submission(), uploadIds("rested"));
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
