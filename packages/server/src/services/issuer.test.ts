import { SHA256, toHex } from "@amana/core/bytes";
import { checkDraw, decodeDraws, parseIssuerKey } from "@amana/core/credential";
import { isAmanaError } from "@amana/core/errors";
import { describe, expect, it } from "vitest";
import { SimulatedDisk } from "../../fixtures/disk.ts";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, Person, type Services, START, startServices } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import type { Store } from "../stores/store.ts";

const world = makeWorld();

function withServices(use: (services: Services, clock: Clock, reopen: () => Promise<Services>) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    let store: Store = await lowdbStore(folder);
    const reopen = async (): Promise<Services> => {
      await store.close();
      store = await lowdbStore(folder);
      return startServices(store, world, { now: clock.now });
    };
    try {
      await use(await startServices(store, world, { now: clock.now }), clock, reopen);
    } finally {
      await store.close();
    }
  });
}

const refuses = (code: string): object => expect.objectContaining({ code });

describe("issuer", () => {
  it("gives the same request the same answer, also after a restart, and another request none", () =>
    withServices(async ({ issuer }, clock, reopen) => {
      const [ana, ben] = [new Person(world), new Person(world)];
      const code = world.codes[0]?.[0];
      if (code === undefined) throw new TypeError("no code");
      const answer = await ana.enrol(issuer, code);
      expect(answer).toHaveLength(576);
      expect(await ana.enrol(issuer, code)).toEqual(answer);
      await expect(ben.enrol(issuer, code)).rejects.toEqual(refuses("ERR_INVITATION_USED"));
      const again = await reopen();
      expect(await ana.enrol(again.issuer, code)).toEqual(answer);
      await expect(ben.enrol(again.issuer, code)).rejects.toEqual(refuses("ERR_INVITATION_USED"));
      clock.seconds = START + 1000;
      await expect(ana.enrol(again.issuer, code)).rejects.toEqual(refuses("ERR_ROUND_CLOSED"));
    }));

  it("checks everything before it burns the invitation", () =>
    withServices(async ({ issuer }, clock) => {
      const ana = new Person(world);
      const [code, foreign] = [world.codes[0]?.[1], world.codes[1]?.[1]];
      if (code === undefined || foreign === undefined) throw new TypeError("no code");
      const request = ana.enrolment(code);
      const changed = (at: number, bytes: Uint8Array): Uint8Array => {
        const copy = request.slice();
        copy.set(bytes, at);
        return copy;
      };
      const cases: [Uint8Array, string][] = [
        [request.subarray(1), "ERR_ENROLMENT_FORMAT"],
        [changed(4, new Uint8Array(32)), "ERR_ROUND_UNKNOWN"],
        [changed(36, Uint8Array.of(1)), "ERR_ENROLMENT_FORMAT"],
        [changed(36, Uint8Array.of(9)), "ERR_ENROLMENT_FORMAT"],
        [changed(37, new Uint8Array(10)), "ERR_INVITATION_UNKNOWN"],
        [changed(37, foreign), "ERR_INVITATION_UNKNOWN"],
        [changed(47, new Uint8Array(256)), "ERR_BLIND_INPUT"],
        [changed(303, new Uint8Array(256).fill(255)), "ERR_BLIND_INPUT"],
      ];
      for (const [body, error] of cases) await expect(issuer.enrol("ministry", body)).rejects.toEqual(refuses(error));
      await expect(issuer.enrol("chamber", request)).rejects.toEqual(refuses("ERR_ENROLMENT_FORMAT"));
      clock.seconds = START - 1;
      await expect(issuer.enrol("ministry", request)).rejects.toEqual(refuses("ERR_ROUND_NOT_OPEN"));
      clock.seconds = START;
      await ana.enrol(issuer, code);
    }));

  it("draws one invitation for 200 who send it at once", () =>
    withServices(async ({ issuer }) => {
      const code = world.codes[0]?.[2];
      const people = Array.from({ length: 4 }, () => new Person(world));
      const attempts = Array.from({ length: 200 }, (_, i) => (people[i % 4] ?? new Person(world)).enrol(issuer, code));
      const done = await Promise.allSettled(attempts);
      const answers = new Set(done.flatMap((result) => (result.status === "fulfilled" ? [toHex(result.value)] : [])));
      expect(answers.size).toBe(1);
      expect(done.filter((result) => result.status === "fulfilled")).toHaveLength(50);
      expect(done.every((result) => result.status === "fulfilled" || isAmanaError(result.reason, "ERR_INVITATION_USED"))).toBe(true);
    }));

  it("releases nothing before the claim is on the disk", () =>
    withDataFolder(async (folder) => {
      const disk = new SimulatedDisk();
      const clock = new Clock();
      const store = await lowdbStore(folder, { files: disk.under(folder) });
      const { issuer } = await startServices(store, world, { now: clock.now });
      const ana = new Person(world);
      disk.failAfter = disk.steps + 2;
      await expect(ana.enrol(issuer, world.codes[0]?.[3])).rejects.toEqual(refuses("ERR_STORE_WRITE"));
      disk.failAfter = Number.POSITIVE_INFINITY;
      await new Person(world).enrol(issuer, world.codes[0]?.[3]);
      await store.close();
    }));

  it("logs draws that check when enrolment closes, then destroys the keys and logs that", () =>
    withServices(async ({ issuer, sealing, ledger, store, rounds }, clock, reopen) => {
      for (const code of world.codes[0]?.slice(4, 7) ?? []) await new Person(world).enrol(issuer, code);
      clock.seconds = START + 1000;
      await sealing.tick();
      const logged = ledger.documents.flatMap(({ entry }) => (entry.type === "draws" ? [entry] : []));
      expect(logged.map(({ audience, count }) => [audience, count])).toEqual([
        ["officials", 3],
        ["traders", 0],
      ]);
      const file = await store.getFile(logged[0]?.sha256 ?? "");
      expect(toHex(SHA256(file ?? new Uint8Array(0)))).toBe(logged[0]?.sha256);
      const issuerKeys = world.manifest.audiences[0]?.issuers[0];
      const key = parseIssuerKey(Buffer.from(issuerKeys?.spki ?? "", "hex"));
      const reportKey = parseIssuerKey(Buffer.from(issuerKeys?.reportSpki ?? "", "hex"));
      expect(decodeDraws(file ?? new Uint8Array(0)).every((draw) => checkDraw(draw, { key, reportKey }))).toBe(true);
      const name = `rounds/${toHex(world.id)}/issuer-keys`;
      expect(await store.readDocument(name)).not.toBeNull();
      // As a disk that failed at the wrong moment leaves it.
      await store.writeDocument("drafts/wave-1/issuer-keys", world.issuerKeys);
      clock.seconds += 100;
      await sealing.tick();
      await sealing.tick();
      expect(await store.readDocument(name)).toBeNull();
      expect(await store.readDocument("drafts/wave-1/issuer-keys")).toBeNull();
      const destroyed = ledger.documents.flatMap(({ entry }) => (entry.type === "key-destroyed" ? [entry.holder] : []));
      expect(destroyed).toEqual(["issuer/officials/ministry", "issuer/traders/chamber"]);
      expect(rounds.all()[0]?.state.destroyed.size).toBe(2);
      const again = await reopen();
      await again.sealing.tick();
      expect(again.ledger.size).toBe(ledger.size);
    }));

  it("refuses to start without its keys while people may enrol, and needs none afterwards", () =>
    withServices(async ({ store }, clock, reopen) => {
      await store.removeDocument(`rounds/${toHex(world.id)}/issuer-keys`);
      await expect(reopen()).rejects.toMatchObject({ code: "ERR_STORE_DAMAGED" });
      clock.seconds = START + 1000;
      await reopen();
    }));
});
