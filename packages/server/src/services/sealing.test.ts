import { H, SHA256, TAGS, toHex } from "@amana/core/bytes";
import { sealCaseRecord } from "@amana/core/cases";
import { isAmanaError } from "@amana/core/errors";
import { leafHash, openCheckpoint } from "@amana/core/ledger";
import { sign } from "@amana/core/primitives";
import { decodePromise, decodeSubmission, encodeSubmission } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { SimulatedDisk, systemError } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { waitingRecords } from "../../fixtures/records.ts";
import { asReport, Clock, makeWorld, Person, type Services, START, startServices, type World } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { CaseRecords } from "./case-records.ts";
import { createReplies } from "./replies.ts";
import type { LiveRound } from "./round.ts";

const world = makeWorld();
const reports = makeWorld({ kind: "reports" });
/** The rule of sealing is about when, not about whom: these tests admit without tokens. */
const anybody = (): void => undefined;

function withServices(of: World, use: (services: Services, clock: Clock) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    const store = await lowdbStore(folder);
    try {
      await use(await startServices(store, of, { now: clock.now, check: anybody }), clock);
    } finally {
      await store.close();
    }
  });
}

async function post({ collector }: Services, person: Person, sequence = 0): Promise<number> {
  return decodePromise(await collector.submit(cheap(person, sequence))).epoch;
}

/** A submission of the right shape that nobody has sealed or signed. */
function cheap(person: Person, sequence: number): Uint8Array {
  const template = decodeSubmission(templateOf(person.world), person.world.manifest);
  return encodeSubmission({ ...template, responseKey: person.key.publicKey, sequence });
}

const templates = new Map<World, Uint8Array>();
function templateOf(of: World): Uint8Array {
  const known = templates.get(of) ?? new Person(of).submission();
  templates.set(of, known);
  return known;
}

function epochs({ ledger }: Services): [number, number, number][] {
  return ledger.documents.flatMap(({ entry }) =>
    entry.type === "epoch" ? [[entry.from, entry.to, entry.count] as [number, number, number]] : [],
  );
}

describe("the epoch rule of a survey (m = 2, t = 10 s)", () => {
  it("is full with m new keys and t passed; sealed when the next is full; the last two are sealed as one", () =>
    withServices(world, async (services, clock) => {
      const { sealing, store, ledger } = services;
      const round = services.rounds.all()[0];
      const id = toHex(world.id);
      const people = Array.from({ length: 8 }, () => new Person(world));
      const person = (i: number): Person => people[i] ?? new Person(world);
      await sealing.tick();
      // Time alone does not fill an epoch, nor do revisions.
      await post(services, person(0));
      await post(services, person(0), 1);
      clock.seconds += 10;
      await sealing.tick();
      expect(round?.state.filling).toBe(0);
      // Keys alone do not, before t has passed.
      await post(services, person(1));
      await sealing.tick();
      expect(round?.state.filling).toBe(1);
      expect(await post(services, person(2))).toBe(1);
      await post(services, person(3));
      await sealing.tick();
      expect(epochs(services)).toEqual([]);
      clock.seconds += 10;
      await sealing.tick();
      // 1 is full, so 0 is sealed; 1 waits.
      expect(epochs(services)).toEqual([[0, 0, 3]]);
      expect(await post(services, person(4))).toBe(2);
      expect([...(await store.pendingCounts(id))]).toEqual([
        [1, { records: 2, newKeys: 2 }],
        [2, { records: 1, newKeys: 1 }],
      ]);
      // The lone answer in 2 enters the ledger with those of 1.
      clock.seconds = START + 2000;
      await sealing.tick();
      expect(epochs(services)).toEqual([
        [0, 0, 3],
        [1, 2, 3],
      ]);
      expect(round?.state).toMatchObject({ closed: true, sealed: 2, ledgerSizeAtClose: ledger.size });
      expect(ledger.documents.at(-1)?.entry.type).toBe("close");
      const size = ledger.size;
      await sealing.tick();
      expect(ledger.size).toBe(size);
    }));

  it("logs each epoch's leaves right after its entry, in leaf order, under a signed checkpoint", () =>
    withServices(world, async (services, clock) => {
      for (let i = 0; i < 5; i++) await post(services, new Person(world));
      clock.seconds = START + 2000;
      await services.sealing.tick();
      const { ledger } = services;
      const entry = ledger.documents.find(({ entry: { type } }) => type === "epoch")?.entry;
      if (entry?.type !== "epoch") throw new TypeError("no epoch");
      const leaves: string[] = [];
      for await (const { entry: leaf } of ledger.entries(entry.firstIndex, entry.firstIndex + entry.count))
        leaves.push(toHex(leafHash(leaf)));
      expect(leaves).toHaveLength(5);
      expect(leaves).toEqual([...leaves].sort());
      const kept: string[] = [];
      for await (const record of services.store.epoch(toHex(world.id), entry.to)) kept.push(record.leafHash);
      expect(kept).toEqual(leaves);
      const trust = { origin: world.ledgerKey.name, vkey: world.programme.ledger.vkey, witnesses: [], quorum: 0 };
      expect(openCheckpoint(ledger.checkpoint, trust).size).toBe(ledger.size);
    }));

  it("closes a round that nobody answered", () =>
    withServices(world, async (services, clock) => {
      clock.seconds = START + 2000;
      await services.sealing.tick();
      expect(epochs(services)).toEqual([]);
      expect(services.rounds.all()[0]?.state.closed).toBe(true);
    }));
});

describe("reports", () => {
  it("are sealed when their time has passed, whatever their number, all of them kept", () =>
    withServices(reports, async (services, clock) => {
      const { sealing, collector } = services;
      const eve = new Person(reports);
      await sealing.tick();
      for (const sequence of [0, 1]) {
        const message = cheap(eve, sequence);
        await collector.report(await asReport(reports, message));
      }
      await sealing.tick();
      expect(epochs(services)).toEqual([]);
      clock.seconds += 10;
      await sealing.tick();
      expect(epochs(services)).toEqual([[0, 0, 2]]);
      const kept: (number | undefined)[] = [];
      for await (const record of services.store.epoch(toHex(reports.id), 0)) kept.push(record.envelope?.length);
      expect(kept).toEqual([cheap(eve, 0).length, cheap(eve, 0).length]);
      clock.seconds += 10;
      await sealing.tick();
      expect(epochs(services)).toHaveLength(1);
    }));

  it("are never sealed in the moment in which they come, also when nobody wrote for long", () =>
    withServices(reports, async (services, clock) => {
      const { sealing, collector } = services;
      for (let at = 0; at <= 45; at += 5) {
        clock.seconds = START + at;
        await sealing.tick();
      }
      const message = cheap(new Person(reports), 0);
      await collector.report(await asReport(reports, message));
      await sealing.tick();
      clock.seconds = START + 49;
      await sealing.tick();
      expect(epochs(services)).toEqual([]);
      clock.seconds = START + 50;
      await sealing.tick();
      expect(epochs(services)).toEqual([[0, 4, 1]]);
    }));

  it("are of the epoch whose number is that of their period, so that the ledger says on which day they came", () =>
    withServices(reports, async (services, clock) => {
      const { sealing, collector } = services;
      const write = async () => {
        const message = cheap(new Person(reports), 0);
        return decodePromise(await collector.report(await asReport(reports, message))).epoch;
      };
      await sealing.tick();
      for (const period of [0, 3, 4, 9]) {
        clock.seconds = START + 10 * period + 1;
        await sealing.tick();
        expect(await write()).toBe(period);
      }
      clock.seconds = START + 100;
      await sealing.tick();
      expect(epochs(services)).toEqual([
        [0, 0, 1],
        [1, 3, 1],
        [4, 4, 1],
        [5, 9, 1],
      ]);
      // A clock that is set back takes no number again.
      clock.seconds = START + 20;
      await sealing.tick();
      expect(await write()).toBe(10);
    }));

  it("are sealed by a server that never runs as long as a period", () =>
    withDataFolder(async (folder) => {
      const clock = new Clock();
      const message = cheap(new Person(reports), 0);
      for (let at = 3; at < 21; at += 6) {
        const store = await lowdbStore(folder);
        const services = await startServices(store, reports, { now: clock.now, check: anybody });
        clock.seconds = START + at;
        await services.sealing.tick();
        if (at === 3) await services.collector.report(await asReport(reports, message));
        clock.seconds = START + at + 4;
        await services.sealing.tick();
        expect(epochs(services)).toHaveLength(at === 3 ? 0 : 1);
        await store.close();
      }
    }));
});

describe("the retention of a reports round", () => {
  const { commitBy } = reports.manifest.deadlines;

  it("ends when its manifest says so: everything goes, one entry says that, and nothing is taken any more", () =>
    withDataFolder(async (folder) => {
      const clock = new Clock();
      const start = async () => {
        const store = await lowdbStore(folder);
        const cases = new CaseRecords(store);
        const replies = createReplies({ store, cases, now: clock.now });
        return {
          cases,
          replies,
          ...(await startServices(store, reports, { now: clock.now, check: anybody, forgetful: [replies, cases] })),
        };
      };
      const handler = reports.holders[0] as World["holders"][number];
      const record = sealCaseRecord(
        {
          reports: reports.manifest,
          handler: 0,
          document: {
            protocol: "amana/1",
            type: "case-record",
            address: "ab".repeat(32),
            after: [],
            day: 1,
            change: { kind: "note", text: "x" },
          },
        },
        handler.signingKey,
      ).bytes;
      const delivery = { holder: 0, record, signature: sign(handler.signingKey, H(TAGS.caseDelivery, reports.id, SHA256(record))) };
      const here = await start();
      const [round] = here.rounds.all() as [LiveRound];
      await here.collector.report(await asReport(reports, cheap(new Person(reports), 0)));
      await here.cases.deliver(round, delivery);
      await here.replies.published(round);
      clock.seconds = commitBy - 1;
      await here.sealing.tick();
      expect(round.state).toMatchObject({ closed: true, envelopesDestroyed: false });
      expect((await here.cases.hashes(round)).length).toBe(1);
      clock.seconds = commitBy;
      await here.sealing.tick();
      await here.sealing.tick();
      expect(here.ledger.documents.map(({ entry }) => entry.type).slice(-2)).toEqual(["close", "retention"]);
      for (const refused of [here.cases.deliver(round, delivery), here.replies.published(round)])
        await expect(refused).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
      for await (const { envelope } of here.store.epoch(round.idHex, 0)) expect(envelope).toBeNull();
      expect(await here.store.readDocument(`rounds/${round.idHex}/replies`)).toBeNull();
      expect(await here.store.listDocuments(`rounds/${round.idHex}/cases`)).toEqual([]);
      await here.store.close();
      const again = await start();
      const [later] = again.rounds.all() as [LiveRound];
      await again.sealing.tick();
      await again.replies.tick(later);
      await expect(again.cases.deliver(later, delivery)).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
      await expect(again.replies.published(later)).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
      await again.store.close();
    }));
});

describe("the envelopes of a survey", () => {
  it("go when its release is public and not before; a stop between that and the entry repeats it", () =>
    withDataFolder(async (folder) => {
      const clock = new Clock();
      const disk = new SimulatedDisk();
      let isPublic = false;
      const start = async () => {
        const store = await lowdbStore(folder, { files: disk.under(folder) });
        return startServices(store, world, { now: clock.now, check: anybody, isReleased: () => isPublic });
      };
      const here = await start();
      for (let i = 0; i < 3; i++) await post(here, new Person(world));
      clock.seconds = START + 2000;
      await here.sealing.tick();
      await here.sealing.tick();
      const [round] = here.rounds.all() as [LiveRound];
      const kept = async ({ store }: Services): Promise<number> => {
        let count = 0;
        for await (const { envelope } of store.epoch(round.idHex, round.state.sealed)) count += envelope === null ? 0 : 1;
        return count;
      };
      expect([round.state.closed, round.state.envelopesDestroyed, await kept(here)]).toEqual([true, false, 3]);
      isPublic = true;
      // The disk is full in the moment in which the envelopes are gone and that is to be logged.
      disk.before = (step, path) => {
        if (step === "rename" && path.endsWith("/ledger/checkpoint")) throw systemError("ENOSPC");
      };
      await expect(here.sealing.tick()).rejects.toMatchObject({ code: "ERR_STORE_WRITE" });
      disk.before = () => undefined;
      expect(await kept(here)).toBe(0);
      await here.store.close();
      const again = await start();
      await again.sealing.tick();
      await again.sealing.tick();
      const entries = again.ledger.documents.map(({ entry }) => entry).filter(({ type }) => type === "retention");
      expect(entries).toMatchObject([{ manifest: round.idHex, count: 3 }]);
      await again.store.close();
    }));
});

describe("a crash at any step", () => {
  it("loses no promise, logs no leaf twice, and the ledger goes on", async () => {
    const steps = await run(new SimulatedDisk(), []);
    let seed = 7;
    const coin = (): boolean => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed > 1073741824;
    };
    // The first steps set the round up; a crash there is the operator's to repeat.
    for (let failAfter = steps.first; failAfter <= steps.last; failAfter += 2) {
      for (const crash of ["forget", "reorder"] as const) {
        const disk = new SimulatedDisk();
        disk.failAfter = failAfter;
        const promised: Uint8Array[] = [];
        await run(disk, promised).catch((error: unknown) => {
          if (!isAmanaError(error)) throw error;
        });
        await checkGoesOn(disk.afterCrash(crash, coin), promised, `step ${failAfter} of ${steps.last}, ${crash}`);
      }
    }
  }, 240_000);
});

const crowd = Array.from({ length: 6 }, () => new Person(world));

/** Two seals, a revision and the close, on a disk that may fail. */
async function run(disk: SimulatedDisk, promised: Uint8Array[]): Promise<{ first: number; last: number }> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    const store = await lowdbStore(folder, { files: disk.under(folder) });
    try {
      const services = await startServices(store, world, { now: clock.now, check: anybody });
      const first = disk.steps;
      const send = async (person: Person | undefined, sequence = 0): Promise<void> => {
        if (person !== undefined) promised.push(await services.collector.submit(cheap(person, sequence)));
      };
      await services.sealing.tick();
      for (const start of [0, 2, 4]) {
        await send(crowd[start]);
        await send(crowd[start + 1]);
        clock.seconds += 10;
        await services.sealing.tick();
      }
      await send(crowd[0], 1);
      clock.seconds = START + 2000;
      await services.sealing.tick();
      return { first, last: disk.steps };
    } finally {
      await store.close();
    }
  });
}

async function checkGoesOn(disk: SimulatedDisk, promised: readonly Uint8Array[], where: string): Promise<void> {
  await withDataFolder(async (folder) => {
    const clock = new Clock();
    const store = await lowdbStore(folder, { files: disk.under(folder) });
    try {
      const services = await startServices(store, world, { now: clock.now, check: anybody });
      clock.seconds = START + 2000;
      await services.sealing.tick();
      const leaves: string[] = [];
      let documents = 0;
      for await (const { entry } of services.ledger.entries(0)) {
        if (entry[0] === 0x7b) documents++;
        else leaves.push(toHex(leafHash(entry)));
      }
      expect(documents, where).toBe(services.ledger.documents.length);
      expect(new Set(leaves).size, where).toBe(leaves.length);
      for (const bytes of promised) expect(leaves, where).toContain(toHex(decodePromise(bytes).leafHash));
      expect(
        epochs(services).reduce((sum, [, , count]) => sum + count, 0),
        where,
      ).toBe(leaves.length);
      expect(
        services.ledger.documents.filter(({ entry }) => entry.type === "close"),
        where,
      ).toHaveLength(1);
      expect(await waitingRecords(store, toHex(world.id)), where).toHaveLength(0);
    } finally {
      await store.close();
    }
  });
}

describe("a trial with m = 0", () => {
  const trial = makeWorld({ epoch: { minimumKeys: 0, minimumSeconds: 10 } });

  it("seals a lone answer by time alone, and seals nothing while nothing waits", () =>
    withServices(trial, async (services, clock) => {
      const tickFor = async (seconds: number): Promise<void> => {
        for (const end = clock.seconds + seconds; clock.seconds < end; clock.seconds++) await services.sealing.tick();
      };
      await tickFor(60);
      expect(epochs(services)).toEqual([]);
      await post(services, new Person(trial));
      await tickFor(30);
      expect(epochs(services)).toHaveLength(1);
      await tickFor(60);
      expect(epochs(services)).toHaveLength(1);
    }));
});
