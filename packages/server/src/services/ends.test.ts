import { toHex } from "@amana/core/bytes";
import { leafHash } from "@amana/core/ledger";
import { decodePromise, decodeSubmission, encodeSubmission } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { SimulatedDisk, systemError } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, Person, type Services, START, startServices } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";

const world = makeWorld({ epoch: { minimumKeys: 1, minimumSeconds: 10 } });
const template = decodeSubmission(new Person(world).submission(), world.manifest);
/** These tests are about when, not about whom. */
const anybody = (): void => undefined;

function answer(): Uint8Array {
  return encodeSubmission({ ...template, responseKey: new Person(world).key.publicKey });
}

async function withServices(disk: SimulatedDisk, use: (services: Services, clock: Clock) => Promise<void>): Promise<void> {
  await withDataFolder(async (folder) => {
    const clock = new Clock();
    const store = await lowdbStore(folder, { files: disk.under(folder) });
    try {
      await use(await startServices(store, world, { now: clock.now, check: anybody }), clock);
    } finally {
      await store.close();
    }
  });
}

async function leaves({ ledger }: Services): Promise<string[]> {
  const all: string[] = [];
  for await (const { entry } of ledger.entries(0)) if (entry[0] !== 0x7b) all.push(toHex(leafHash(entry)));
  return all;
}

describe("answers on their way to the disk while the round closes", () => {
  for (const waiting of [0, 3]) {
    it(`are in the ledger before the close, with ${waiting} that wait`, () =>
      withServices(new SimulatedDisk(), async (services, clock) => {
        for (let i = 0; i < waiting; i++) await services.collector.submit(answer());
        // Draws and keys are done with: at the close nothing comes before the seal.
        clock.seconds = START + 1999;
        await services.sealing.tick();
        const posts = [services.collector.submit(answer())];
        // The disk is busy with the first, the others wait for their turn.
        await new Promise((resolve) => setImmediate(resolve));
        for (let i = 0; i < 2; i++) posts.push(services.collector.submit(answer()));
        clock.seconds = START + 2000;
        await services.sealing.tick();
        const promises = (await Promise.all(posts)).map(decodePromise);
        const logged = await leaves(services);
        for (const promise of promises) expect(logged).toContain(toHex(promise.leafHash));
        expect(services.ledger.documents.at(-1)?.entry.type).toBe("close");
      }));
  }

  it("cannot come when the clock is set back meanwhile", async () => {
    const disk = new SimulatedDisk();
    await withServices(disk, async (services, clock) => {
      await services.collector.submit(answer());
      clock.seconds = START + 2000;
      const enrolled: Promise<string>[] = [];
      const answered: Promise<string>[] = [];
      disk.before = (step, path) => {
        if (step !== "rename" || !path.endsWith("/ledger/checkpoint")) return;
        clock.seconds = START + 900;
        enrolled.push(outcome(enrolment(services)));
        answered.push(outcome(services.collector.submit(answer())));
      };
      await services.sealing.tick();
      expect(new Set(await Promise.all(enrolled))).toEqual(new Set(["ERR_ROUND_CLOSED"]));
      // While draws were logged answering had not ended: what was taken then is in the ledger.
      const logged = await leaves(services);
      for (const answer of await Promise.all(answered)) expect([...logged, "ERR_ROUND_CLOSED"]).toContain(answer);
      expect((await Promise.all(answered)).slice(-2)).toEqual(["ERR_ROUND_CLOSED", "ERR_ROUND_CLOSED"]);
    });
  });

  it("are not thrown away by a seal that failed after its entry was logged", async () => {
    const disk = new SimulatedDisk();
    await withServices(disk, async (services, clock) => {
      const early = await services.collector.submit(answer());
      clock.seconds = START + 2000;
      let logged = false;
      disk.before = (step, path) => {
        if (step === "rename" && path.endsWith("/ledger/checkpoint") && services.rounds.all()[0]?.state.answeringEnded) logged = true;
        if (logged && step === "remove" && path.includes("/pending/")) throw systemError("ENOSPC");
      };
      await expect(services.sealing.tick()).rejects.toMatchObject({ code: "ERR_STORE_WRITE" });
      disk.before = () => undefined;
      await services.sealing.tick();
      await services.sealing.tick();
      expect(await leaves(services)).toEqual([toHex(decodePromise(early).leafHash)]);
      const kept: (Uint8Array | null)[] = [];
      for await (const { envelope } of services.store.epoch(toHex(world.id), 0)) kept.push(envelope);
      expect(kept.map((envelope) => envelope?.length)).toEqual([template.envelope.length]);
      expect(services.ledger.documents.filter(({ entry: { type } }) => type === "close")).toHaveLength(1);
    });
  });
});

function enrolment({ issuer }: Services): Promise<Uint8Array> {
  return new Person(world).enrol(issuer, world.codes[0]?.[0]);
}

/** The leaf that was promised, or why nothing was. */
async function outcome(done: Promise<Uint8Array>): Promise<string> {
  return done.then(
    (bytes) => (bytes.length === 136 ? toHex(decodePromise(bytes).leafHash) : "drawn"),
    (error: { code: string }) => error.code,
  );
}
