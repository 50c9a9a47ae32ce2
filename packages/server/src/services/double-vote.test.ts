import { toHex } from "@amana/core/bytes";
import { decodeDraws } from "@amana/core/credential";
import { decodeEntry } from "@amana/core/entries";
import { leafHash } from "@amana/core/ledger";
import { decodePromise } from "@amana/core/submission";
import { describe, expect, it } from "vitest";
import { type Crash, SimulatedDisk } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, Person, type Services, START, startServices } from "../../fixtures/world.ts";
import { type FileOperations, lowdbStore } from "../stores/lowdb/index.ts";

const world = makeWorld({ epoch: { minimumKeys: 1, minimumSeconds: 10 } });
const CODE = world.codes[0]?.[0];
const RIVALS = 4;
const AT_ONCE = 200;

/** Somebody with one invitation and several secret codes, and somebody with one credential and several answers. */
const claimants = Array.from({ length: RIVALS }, () => new Person(world));
const requests = claimants.map((person) => person.enrolment(CODE ?? (new Uint8Array(10) as never)));
const voter = new Person(world);

/** What the two were given, over all crashes. */
interface Given {
  /** Which requests were answered. */
  readonly drawn: Set<number>;
  /** Leaf hashes that were promised. */
  readonly promised: Set<string>;
}

/** 200 requests at once, in each life another one first; whoever is not answered asks again later. */
async function attack({ issuer, collector }: Services, answers: readonly Uint8Array[], life: number, given: Given): Promise<void> {
  await Promise.all(
    Array.from({ length: AT_ONCE }, async (_, i) => {
      const rival = (i + life) % RIVALS;
      if (i < AT_ONCE / 2) {
        const answer = await issuer.enrol("ministry", requests[rival] ?? new Uint8Array(0)).catch(() => null);
        if (answer !== null) given.drawn.add(rival);
      } else {
        const answer = await collector.submit(answers[rival] ?? new Uint8Array(0)).catch(() => null);
        if (answer !== null) given.promised.add(toHex(decodePromise(answer).leafHash));
      }
    }),
  );
}

/** Three lives of a server: two end in a crash in the middle of an attack, the third closes the round. */
async function play(
  seed: number,
  through: (files: FileOperations, life: number) => FileOperations,
  crashes: readonly Crash[] = ["forget", "reorder"],
): Promise<{ given: Given; draws: number; leaves: string[] }> {
  let state = seed * 7919 + 1;
  const random = (below: number): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
  const given: Given = { drawn: new Set(), promised: new Set() };
  let disk = new SimulatedDisk();
  let answers: Uint8Array[] = [];
  for (let life = 0; life < 3; life++) {
    const result = await withDataFolder(async (folder) => {
      const clock = new Clock();
      const store = await lowdbStore(folder, { files: through(disk.under(folder), life) });
      try {
        const services = await startServices(store, world, { now: clock.now });
        if (life === 0) {
          await voter.enrol(services.issuer, world.codes[0]?.[1]);
          answers = Array.from({ length: RIVALS }, (_, i) => voter.submission(0, { text: `answer ${i}` }));
          // From here on the disk may fail.
          await store.writeDocument("begun", {});
        }
        if (life < 2) disk.failAfter = disk.steps + random(16);
        await attack(services, answers, life, given);
        if (life < 2) return null;
        clock.seconds = START + 2000;
        await services.sealing.tick();
        const leaves: string[] = [];
        for await (const { entry } of services.ledger.entries(0)) {
          if (decodeEntry(entry).type === "submission") leaves.push(toHex(leafHash(entry)));
        }
        const round = services.rounds.all()[0];
        const drawn = await store.draws(round?.idHex ?? "", "officials.ministry");
        return { draws: drawn.flatMap((draw) => decodeDraws(draw)).length, leaves };
      } finally {
        await store.close().catch(() => undefined);
      }
    });
    if (result !== null) return { given, ...result };
    disk = disk.afterCrash(crashes[random(crashes.length)] ?? "forget", () => random(2) === 0);
  }
  throw new Error("not reached");
}

describe(`${AT_ONCE} requests at once with one invitation and one credential, through crashes and lost replies`, () => {
  it("buy one credential and one leaf", async () => {
    for (let seed = 0; seed < 12; seed++) {
      const { given, draws, leaves } = await play(seed, (files) => files);
      expect(given.drawn.size, `seed ${seed}`).toBe(1);
      expect(draws, `seed ${seed}`).toBe(2);
      expect(leaves, `seed ${seed}`).toEqual([...given.promised]);
      expect(leaves).toHaveLength(1);
    }
  }, 240_000);

  it("buy more on a disk that says it has what it has not", async () => {
    // After the beginning nothing is synced: what was acknowledged is forgotten with the power.
    const liar = (files: FileOperations, life: number): FileOperations => {
      let begun = life > 0;
      return {
        ...files,
        create: async (path) => {
          const file = await files.create(path);
          return begun ? { ...file, sync: async () => undefined } : file;
        },
        syncFolder: async (path) => {
          if (begun) return;
          await files.syncFolder(path);
          begun = (await files.read(`${path.replace(/\/\.?$/, "")}/begun.json`)) !== null;
        },
      };
    };
    const results = [];
    for (let seed = 0; seed < 8; seed++) results.push(await play(seed, liar, ["forget"]));
    const cheated = results.filter(
      ({ given, leaves }) => given.drawn.size > 1 || [...given.promised].some((leaf) => !leaves.includes(leaf)),
    );
    expect(cheated.length).toBeGreaterThan(2);
  }, 240_000);
});
