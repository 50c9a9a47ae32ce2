import { type InvitationCode, newSecretCode, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import {
  type DrawsEntry,
  decodeEntry,
  type Entry,
  type IssuerRecord,
  type KeyDestroyedEntry,
  type ReplacedEntry,
} from "@amana/core/entries";
import { type Manifest, manifestTimes } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { enrolment } from "../../fixtures/client.ts";
import { failAfterEdges, SimulatedDisk } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, START } from "../../fixtures/world.ts";
import { takeDraws } from "../services/issuer-records.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { emptyRecord } from "./adopt.ts";
import { IssuerDesk } from "./desk.ts";
import { offeredKeysName } from "./folder.ts";
import { makeOffer } from "./offer.ts";

/* A disk that fails after each of its steps in turn, while an issuer replaces, publishes and destroys. Once the process goes on with the disk sound
   again, once it begins anew from what the disk has: both times it ends with all in the ledger, or it says why not. */

const world = makeWorld();
const PROGRAMME = programmeId(world.programme);
const PLACE = {
  programme: toHex(PROGRAMME),
  round: "wave-1",
  audience: "officials",
  name: "university",
  origin: "https://issuer.example/",
};
const { offer, keys, codes } = await makeOffer({ ...PLACE, handedOutBy: "a", count: 4, spares: 2 }, randomBytes);
const setup = { offer, server: "https://amana.example/" };
const manifest: Manifest = {
  ...world.manifest,
  audiences: world.manifest.audiences.map((audience, at) =>
    at === 0 ? { ...audience, rosterSize: 2, issuers: [offer.issuer] } : audience,
  ),
};
const hashOf = (at: number): string => toHex(invitedHash(PROGRAMME, "wave-1", "university", codes[at] as InvitationCode));
const SPARES = [hashOf(2), hashOf(3)];
/** What one person sends with each code: made once, as blinding takes its time. */
const REQUESTS = codes.map((code) => enrolment(manifest, code, newSecretCode(randomBytes)).request);
const CLOSE = START + 1000;

/** The operator's ledger as far as one issuer meets it: it takes what that issuer may log, and the same bytes once. */
class Log {
  readonly entries: Entry[] = [];
  readonly #seen = new Set<string>();
  readonly #record: IssuerRecord = emptyRecord(setup, manifest);

  async take(bytes: Uint8Array, file: Uint8Array): Promise<void> {
    if (this.#seen.has(toHex(bytes))) return;
    const entry = decodeEntry(bytes);
    if (entry.type === "draws") await takeDraws(this.#record, entry as DrawsEntry, file);
    else if (entry.type === "replaced") this.#record.replaced(entry as ReplacedEntry);
    else this.#record.keyDestroyed(entry as KeyDestroyedEntry);
    this.#seen.add(toHex(bytes));
    this.entries.push(entry);
  }

  get types(): string[] {
    return this.entries.map(({ type }) => type);
  }

  get drawn(): number | null {
    return this.#record.drawn;
  }
}

/** A desk over a disk, and what can be done with it. */
class Stage {
  readonly clock = new Clock();
  readonly log = new Log();
  disk = new SimulatedDisk();
  #folder = "";
  #desk: IssuerDesk | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get desk(): IssuerDesk {
    return this.#desk as IssuerDesk;
  }

  async open(): Promise<void> {
    const store = await lowdbStore(this.#folder, { files: this.disk.under(this.#folder) });
    const link = {
      findRound: async () => ({ manifest, times: manifestTimes(manifest) }),
      deliverDraws: (body: Uint8Array) => {
        const length = new DataView(body.buffer, body.byteOffset).getUint32(0);
        return this.log.take(body.slice(4, 4 + length), body.slice(4 + length));
      },
      deliverEntry: (entry: Uint8Array) => this.log.take(entry, new Uint8Array(0)),
    };
    this.#desk = await IssuerDesk.open(store, setup, link, this.clock.now).catch(async (error: unknown) => {
      await store.close();
      throw error;
    });
  }

  async init(): Promise<void> {
    const store = await lowdbStore(this.#folder, { files: this.disk.under(this.#folder) });
    await store.writeDocument(offeredKeysName("wave-1"), { "officials/university": keys });
    await store.writeDocument("issuer", setup);
    await store.close();
    await this.open();
  }

  /** Runs a step with the disk failing after so many edges, then lets the process go on or begin again. @returns whether the step was through */
  async failing(failAt: number, then: "goes on" | "begins again", step: () => Promise<unknown>): Promise<boolean> {
    const heal = failAfterEdges(this.disk, failAt);
    const through = await step().then(
      () => true,
      (error: { code?: string }) => {
        expect(error.code).toBe("ERR_STORE_WRITE");
        return false;
      },
    );
    heal();
    if (then === "begins again") {
      await this.desk.close().catch(() => undefined);
      this.disk = this.disk.afterCrash("forget");
      await this.open();
    }
    return through;
  }

  enrol(at: number): Promise<Uint8Array> {
    return this.desk.enrol("university", REQUESTS[at] as Uint8Array);
  }

  /** Names of files that hold a private key. */
  keyFiles(): string[] {
    const seed = keys.signingSeed;
    return [...this.disk.files()].filter(([, bytes]) => Buffer.from(bytes).includes(seed)).map(([path]) => path);
  }
}

/** Runs a scenario with each number of edges until it gets through, both ways. @returns how many edges the step has */
async function atEveryStep(run: (s: Stage, fail: (step: () => Promise<unknown>) => Promise<boolean>) => Promise<void>): Promise<number> {
  for (let failAt = 0; ; failAt++) {
    let through = true;
    for (const then of ["goes on", "begins again"] as const)
      await withDataFolder(async (folder) => {
        const s = new Stage(folder);
        await s.init();
        await run(s, async (step) => {
          through = (await s.failing(failAt, then, step)) && through;
          return through;
        });
        await s.desk.close();
      });
    if (through) return failAt;
  }
}

describe("an issuer whose disk fails", () => {
  it("while it replaces an invitation gives one spare, the same when asked again, and only once it may draw", async () => {
    const steps = await atEveryStep(async (s, fail) => {
      await s.desk.tick();
      await fail(() => s.desk.replace(hashOf(0), SPARES));
      expect(await s.desk.replace(hashOf(0), SPARES)).toEqual({ by: SPARES[0] });
      expect(s.log.types).toEqual(["replaced"]);
      await expect(s.enrol(0)).rejects.toMatchObject({ code: "ERR_INVITATION_REPLACED" });
      expect(await s.enrol(2)).toHaveLength(576);
      await expect(s.enrol(3)).rejects.toMatchObject({ code: "ERR_INVITATION_UNKNOWN" });
    });
    expect(steps).toBeGreaterThan(4);
  });

  it("while it publishes its draws publishes them all, once, and keeps its keys until it has", async () => {
    const steps = await atEveryStep(async (s, fail) => {
      await s.desk.tick();
      await s.enrol(0);
      await s.enrol(1);
      s.clock.seconds = CLOSE;
      await fail(() => s.desk.tick());
      // Nobody looks in between until the time for objections is over, too: the keys must not go before the draws are said.
      s.clock.seconds = CLOSE + 100;
      await s.desk.tick();
      await s.desk.tick();
      expect([s.log.types, s.log.drawn]).toEqual([["draws", "key-destroyed"], 2]);
      expect(s.desk.status()).toMatchObject({ state: "keys destroyed", undelivered: 0, drawsLogged: 2 });
    });
    expect(steps).toBeGreaterThan(4);
  });

  it("between the statement that its keys are gone and the keys themselves says it, once, and has no key left", async () => {
    const steps = await atEveryStep(async (s, fail) => {
      await s.desk.tick();
      await s.enrol(0);
      s.clock.seconds = CLOSE;
      await s.desk.tick();
      expect(s.keyFiles()).not.toEqual([]);
      s.clock.seconds = CLOSE + 100;
      await fail(() => s.desk.tick());
      // What is said of the keys is true from the first moment.
      if (s.log.types.includes("key-destroyed")) expect(s.keyFiles()).toEqual([]);
      await s.desk.tick();
      expect(s.log.types).toEqual(["draws", "key-destroyed"]);
      expect(s.keyFiles()).toEqual([]);
      expect(s.desk.status()).toMatchObject({ state: "keys destroyed", undelivered: 0 });
    });
    expect(steps).toBeGreaterThan(4);
  });
});
