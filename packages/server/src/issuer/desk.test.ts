import { fromHex, newSecretCode, toHex } from "@amana/core/bytes";
import type { DrawsEntry } from "@amana/core/entries";
import { amendmentHash, type Manifest, manifestTimes, type RoundTimes } from "@amana/core/manifest";
import { randomBytes } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { enrolment } from "../../fixtures/client.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, START } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { IssuerDesk } from "./desk.ts";
import { initIssuer, readSetup } from "./folder.ts";
import type { IssuerLink } from "./link.ts";

const world = makeWorld();
const CLOSE = START + 1000;

type Setting = {
  readonly desk: IssuerDesk;
  readonly clock: Clock;
  readonly manifest: Manifest;
  /** What the ledger says of the round's times; `down`: whether the server answers. */
  readonly ledger: { times: RoundTimes; down: boolean; delivered: string[] };
  readonly enrol: (place: number) => Promise<Uint8Array>;
};

function withDesk(use: (setting: Setting) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    const programme = toHex(programmeId(world.programme));
    const place = { programme, round: "wave-1", audience: "officials", name: "university", origin: "https://issuer.example/" };
    const { offer, codes } = await initIssuer(folder, {
      ...place,
      handedOutBy: "a",
      count: 4,
      spares: 0,
      server: "https://amana.example/",
    });
    const audiences = world.manifest.audiences.map((audience, at) => (at === 0 ? { ...audience, issuers: [offer.issuer] } : audience));
    const manifest = { ...world.manifest, audiences };
    const ledger: Setting["ledger"] = { times: manifestTimes(manifest), down: false, delivered: [] };
    const answered = async <T>(value: T): Promise<T> => {
      if (ledger.down) throw new Error("nobody answers");
      return value;
    };
    const link: IssuerLink = {
      findRound: () => answered({ manifest, times: ledger.times }),
      deliverDraws: async () => void ledger.delivered.push(await answered<DrawsEntry["type"]>("draws")),
      deliverEntry: async (entry) => void ledger.delivered.push(await answered(JSON.parse(new TextDecoder().decode(entry)).type as string)),
    };
    const store = await lowdbStore(folder);
    const desk = await IssuerDesk.open(store, await readSetup(store), link, clock.now);
    const enrol = (at: number) => {
      const code = codes[at];
      if (code === undefined) throw new TypeError("no code");
      return desk.enrol("university", enrolment(manifest, code, newSecretCode(randomBytes)).request);
    };
    try {
      await desk.tick();
      await use({ desk, clock, manifest, ledger, enrol });
    } finally {
      await desk.close();
    }
  });
}

/** What an amendment makes of times; who signed it is the link's to check. */
const after = (times: RoundTimes, manifest: Manifest, change: Partial<RoundTimes>): RoundTimes => ({
  ...times,
  ...change,
  amendments: times.amendments + 1,
  previous: toHex(
    amendmentHash(manifest, { number: 0, previous: toHex(fromHex(times.previous)), change: { kind: "cancel", reason: { en: "-" } } }),
  ),
});

describe("an issuer in a process of its own", () => {
  it("enrols nobody in a round that was cancelled, logs its draws and destroys its keys; without the amendment it goes on", () =>
    withDesk(async ({ desk, clock, manifest, ledger, enrol }) => {
      await enrol(0);
      ledger.times = after(ledger.times, manifest, { cancelled: { en: "A mistake." } });
      await enrol(1);
      clock.seconds += 61;
      await desk.tick();
      await expect(enrol(2)).rejects.toMatchObject({ code: "ERR_ROUND_CANCELLED" });
      expect(ledger.delivered).toEqual(["draws", "key-destroyed"]);
      expect(desk.status()).toMatchObject({ state: "keys destroyed", drawsLogged: 2, undelivered: 0 });
    }));

  it("goes on enrolling where the round was lengthened, whoever hides that again, and publishes no draws unless it could look", () =>
    withDesk(async ({ desk, clock, manifest, ledger, enrol }) => {
      const { times } = ledger;
      clock.seconds = CLOSE;
      ledger.down = true;
      await expect(desk.tick()).rejects.toThrow("nobody answers");
      expect(desk.status()).toMatchObject({ state: "objections", drawsLogged: null });
      ledger.down = false;
      ledger.times = after(times, manifest, { windows: { ...times.windows, enrolmentClose: CLOSE + 500 } });
      await desk.tick();
      expect(desk.status()).toMatchObject({ state: "enrolling", drawsLogged: null });
      await enrol(0);
      ledger.times = times;
      clock.seconds += 100;
      await desk.tick();
      await enrol(1);
      clock.seconds = CLOSE + 500;
      await desk.tick();
      expect(desk.status()).toMatchObject({ state: "objections", drawsLogged: 2 });
    }));

  it("destroys its keys in time also when the server is gone", () =>
    withDesk(async ({ desk, clock, ledger, enrol }) => {
      await enrol(0);
      clock.seconds = CLOSE;
      await desk.tick();
      ledger.down = true;
      clock.seconds = CLOSE + 100;
      await expect(desk.tick()).rejects.toThrow("nobody answers");
      expect(desk.status()).toMatchObject({ state: "keys destroyed", undelivered: 1 });
    }));
});
