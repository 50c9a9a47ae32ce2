import { type InvitationCode, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { failAfterEdges, SimulatedDisk, systemError } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, Person, type Services, START, startServices } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { IssuerRecords } from "./issuer-records.ts";
import { Issuing } from "./issuing.ts";
import { Serial } from "./serial.ts";

/* The issuers of an operator's own server, whose disk fails after each of its steps in turn: then the process goes on, or begins anew. */

const world = makeWorld({}, 4, 2);
const CLOSE = START + 1000;
const [AUDIENCE, ISSUER] = ["officials", "ministry"] as const;
const codes = world.codes[0] as readonly InvitationCode[];
const hashOf = (at: number): string => toHex(invitedHash(programmeId(world.programme), "wave-1", ISSUER, codes[at] as InvitationCode));
const SPARES = [hashOf(2), hashOf(3)];
/** What one person sends with each code: made once, as blinding takes its time. */
const requests = codes.map((code) => new Person(world).enrolment(code));

interface Open extends Services {
  readonly issuing: Issuing;
  close(): Promise<void>;
}

async function open(folder: string, disk: SimulatedDisk, clock: Clock): Promise<Open> {
  const store = await lowdbStore(folder, { files: disk.under(folder) });
  const services = await startServices(store, world, { now: clock.now });
  const records = new IssuerRecords(services.ledger, store);
  const issuing = new Issuing({ ...services, records, now: clock.now, turn: new Serial() });
  await issuing.recover();
  return { ...services, issuing, close: () => store.close() };
}

type Fail = (step: (services: Open) => Promise<unknown>) => Promise<Open>;

/**
 * Runs a scenario with the disk failing after 0, 1, 2… edges of its step, until that gets through; then the process goes on, or begins again.
 * Each time over a copy of the disk as `before` leaves it.
 */
async function atEveryStep(
  before: (services: Open) => Promise<unknown>,
  run: (services: Open, clock: Clock, fail: Fail) => Promise<void>,
): Promise<number> {
  const sound = new SimulatedDisk();
  await withDataFolder(async (folder) => {
    const services = await open(folder, sound, new Clock());
    await before(services);
    await services.close();
  });
  for (let failAt = 0; ; failAt++) {
    let through = true;
    for (const restarts of [false, true])
      await withDataFolder(async (folder) => {
        const [clock, disk] = [new Clock(), sound.afterCrash("forget")];
        let services = await open(folder, disk, clock);
        await run(services, clock, async (step) => {
          const heal = failAfterEdges(disk, failAt);
          const done = await step(services).catch((error: unknown) => error);
          if (done instanceof Error) {
            expect(done).toMatchObject({ code: "ERR_STORE_WRITE" });
            through = false;
          }
          heal();
          if (restarts) {
            await services.close();
            services = await open(folder, disk.afterCrash("forget"), clock);
          }
          return services;
        });
        await services.close();
      });
    if (through) return failAt;
  }
}

const types = ({ ledger }: Open, ...wanted: string[]): string[] =>
  ledger.documents.flatMap(({ entry: { type } }) => (wanted.includes(type) ? [type] : []));
const place = { round: "wave-1", audience: AUDIENCE, issuer: ISSUER };

describe("an operator's issuers whose disk fails", () => {
  it("between the replacement in the ledger and the spare that may draw give one spare, the same when asked again, and it draws", async () => {
    const nothing = async (): Promise<void> => undefined;
    const steps = await atEveryStep(nothing, async (_, __, fail) => {
      const after = await fail(({ issuing }) => issuing.replace({ ...place, invited: hashOf(0), spares: SPARES }));
      const { issuing, issuer } = after;
      expect(await issuing.replace({ ...place, invited: hashOf(0), spares: SPARES })).toEqual({ by: SPARES[0] });
      expect(types(after, "replaced")).toHaveLength(1);
      await expect(issuer.enrol(ISSUER, requests[0] as Uint8Array)).rejects.toMatchObject({ code: "ERR_INVITATION_REPLACED" });
      expect(await issuer.enrol(ISSUER, requests[2] as Uint8Array)).toHaveLength(576);
    });
    expect(steps).toBeGreaterThan(4);
  });

  it("between signed statement and destroyed key log draws and statements once, and keep no key", async () => {
    const enrolled = ({ issuer }: Open): Promise<unknown> => issuer.enrol(ISSUER, requests[0] as Uint8Array);
    const steps = await atEveryStep(enrolled, async (_, clock, fail) => {
      clock.seconds = CLOSE + 100;
      const after = await fail(({ sealing }) => sealing.tick());
      await after.sealing.tick();
      await after.sealing.tick();
      expect(types(after, "draws", "key-destroyed").sort()).toEqual(["draws", "draws", "key-destroyed", "key-destroyed"]);
      const drawn = after.ledger.documents.flatMap(({ entry }) => (entry.type === "draws" ? [entry.count] : []));
      expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(1);
      expect(await after.store.readDocument(`rounds/${toHex(world.id)}/issuer-keys`)).toBeNull();
    });
    expect(steps).toBeGreaterThan(10);
  });

  it("say why they cannot, where the time to replace is over: the code draws nothing, and no other was given", async () => {
    await withDataFolder(async (folder) => {
      const [clock, disk] = [new Clock(), new SimulatedDisk()];
      const { issuing, close } = await open(folder, disk, clock);
      disk.before = (_, path) => {
        if (path.includes("/ledger/")) throw systemError("ENOSPC");
      };
      await expect(issuing.replace({ ...place, invited: hashOf(0), spares: SPARES })).rejects.toMatchObject({ code: "ERR_STORE_WRITE" });
      await close();
      clock.seconds = CLOSE;
      const again = await open(folder, disk.afterCrash("forget"), clock);
      await expect(again.issuing.replace({ ...place, invited: hashOf(0), spares: SPARES })).rejects.toMatchObject({ code: "ERR_NOT_DUE" });
      await again.sealing.tick();
      expect(types(again, "replaced", "draws")).toEqual(["draws", "draws"]);
      await again.close();
    });
  });
});
