import { fromHex, type InvitationCode, PROTOCOL, SHA256, toHex } from "@amana/core/bytes";
import { blindedHash, blindSign, type Draw, decodeEnrolment, encodeDraws, invitedHash, openIssuerKey } from "@amana/core/credential";
import { type DrawsEntry, type IssuerEntry, type IssuerRecord, type ReplacedEntry, signEntry } from "@amana/core/entries";
import { manifestId } from "@amana/core/manifest";
import { randomBytes, signingKey } from "@amana/core/primitives";
import { programmeId } from "@amana/core/programme";
import { describe, expect, it } from "vitest";
import { withDataFolder } from "../../fixtures/folder.ts";
import { Clock, makeWorld, Person, type Services, START, startServices, type World } from "../../fixtures/world.ts";
import { lowdbStore } from "../stores/lowdb/index.ts";
import { IssuerLists } from "../witness/lists.ts";
import { IssuerRecords } from "./issuer-records.ts";
import { encodeDelivery, Issuing } from "./issuing.ts";
import { createSealing, type SealingOptions } from "./sealing.ts";
import { Serial } from "./serial.ts";

const CLOSE = START + 1000;
const [AUDIENCE, ISSUER] = ["officials", "ministry"] as const;
const own = makeWorld();
const manifest = {
  ...own.manifest,
  audiences: own.manifest.audiences.map((audience) => ({
    ...audience,
    issuers: audience.issuers.map((issuer) => ({ ...issuer, origin: "https://issuer.example/" })),
  })),
};
/** The same, and every issuer runs a process of its own. */
const apart: World = { ...own, manifest, id: manifestId(manifest) };
const keys = own.issuerKeys[`${AUDIENCE}/${ISSUER}`] as { pkcs8: string; reportPkcs8: string; signingSeed: string };

function withServices(world: World, use: (services: Services, clock: Clock, read: string[]) => Promise<void>): Promise<void> {
  return withDataFolder(async (folder) => {
    const clock = new Clock();
    const store = await lowdbStore(folder);
    const read: string[] = [];
    const getFile = store.getFile.bind(store);
    Object.assign(store, {
      getFile: (sha256: string) => {
        read.push(sha256);
        return getFile(sha256);
      },
    });
    try {
      await use(await startServices(store, world, { now: clock.now }), clock, read);
    } finally {
      await store.close();
    }
  });
}

const codeOf = (world: World, place: number): InvitationCode => world.codes[0]?.[place] as InvitationCode;
const invited = (world: World, place: number): Uint8Array =>
  invitedHash(programmeId(world.programme), "wave-1", ISSUER, codeOf(world, place));

function drawOf(world: World, place: number): Draw {
  const { blinded, reportBlinded } = decodeEnrolment(new Person(world).enrolment(codeOf(world, place)));
  return {
    invitedHash: invited(world, place),
    blindedHash: blindedHash(blinded),
    blindSignature: blindSign(openIssuerKey(fromHex(keys.pkcs8)), blinded),
    reportBlindedHash: blindedHash(reportBlinded),
    reportBlindSignature: blindSign(openIssuerKey(fromHex(keys.reportPkcs8)), reportBlinded),
  };
}

describe("draws of this server's issuers", () => {
  /** A folder whose claims are older than its ledger: an invitation that was replaced there is drawn here. */
  const drawnAfterReplaced = async ({ issuer, ledger, rounds }: Services, clock: Clock): Promise<void> => {
    const round = rounds.all()[0];
    if (round === undefined) throw new TypeError("no round");
    await new Person(own).enrol(issuer, own.codes[0]?.[0]);
    await new Person(own).enrol(issuer, own.codes[0]?.[1]);
    const fields = { type: "replaced", audience: AUDIENCE, issuer: ISSUER, invited: toHex(invited(own, 0)), by: null } as const;
    await ledger.log(issuer.sign<ReplacedEntry>(round, AUDIENCE, ISSUER, fields));
    clock.seconds = CLOSE;
  };
  /** What a witness says of the ledger, from the invitations on. */
  const witnessed = async ({ ledger, store }: Services): Promise<string> => {
    const lists = new IssuerLists(async (sha256) => (await store.getFile(sha256)) ?? new Uint8Array(0));
    for (const { index, entry } of ledger.documents) {
      if (entry.type === "manifest") lists.manifest(entry);
      const refusal = await lists.take(index, entry);
      if (refusal !== null) return refusal.code;
    }
    return "cosigned";
  };

  it("are not logged where a witness would refuse them: the round waits for a repair, and the ledger goes on", () =>
    withServices(own, async (services, clock) => {
      await drawnAfterReplaced(services, clock);
      await expect(services.sealing.tick()).rejects.toMatchObject({ code: "ERR_ISSUER_RECORD" });
      expect(services.ledger.documents.some(({ entry }) => entry.type === "draws")).toBe(false);
      expect(await witnessed(services)).toBe("cosigned");
    }));

  it("logged without asking the record would end the ledger for everyone", () =>
    withServices(own, async (services, clock) => {
      await drawnAfterReplaced(services, clock);
      const anything = { takeDraws: () => ({ add: () => undefined, end: () => undefined }) } as unknown as IssuerRecord;
      const records: SealingOptions["records"] = { of: async () => anything, logged: (_, __, log) => log() };
      await createSealing({ ...services, records, now: clock.now }).tick();
      expect(await witnessed(services)).toBe("ERR_ISSUER_RECORD");
    }));
});

describe("what issuers of other processes deliver", () => {
  const delivering = ({ rounds, store, ledger, issuer }: Services, clock: Clock, read = ledger) => {
    const records = new IssuerRecords(ledger, store);
    const issuing = new Issuing({ rounds, store, ledger: read, issuer, records, now: clock.now, turn: new Serial() });
    const [round] = rounds.all();
    if (round === undefined) throw new TypeError("no round");
    const signed = (fields: object, seed: Uint8Array) =>
      signEntry<IssuerEntry>(manifest, { audience: AUDIENCE, issuer: ISSUER, ...fields } as never, signingKey(seed));
    const replaced = (place: number) =>
      issuing.log(
        round,
        signed({ type: "replaced", invited: toHex(invited(apart, place)), by: null }, fromHex(keys.signingSeed)) as ReplacedEntry,
      );
    const draws = async (list: readonly Draw[], seed: Uint8Array = fromHex(keys.signingSeed)) => {
      const file = encodeDraws(list);
      const fields = { type: "draws", count: list.length, sha256: toHex(SHA256(file)), length: file.length };
      const entry = signed(fields, seed) as DrawsEntry;
      return issuing.deliver(round, encodeDelivery(entry, file));
    };
    return { replaced, draws };
  };

  it("a replacement that was signed in time and comes late does not keep the draws from the ledger; after them none is taken", () =>
    withServices(apart, async (services, clock) => {
      const { replaced, draws } = delivering(services, clock);
      clock.seconds = CLOSE + 30;
      await replaced(0);
      await expect(draws([drawOf(apart, 0)])).rejects.toMatchObject({ code: "ERR_ISSUER_RECORD" });
      await draws([drawOf(apart, 1)]);
      await expect(replaced(2)).rejects.toMatchObject({ code: "ERR_ISSUER_RECORD" });
    }));

  it("a further list that comes late is taken until the release, and after it as long as people may object; unseen, the release stops nothing", () =>
    withServices(apart, async (services, clock) => {
      const { draws } = delivering(services, clock);
      const { objection } = manifest.deadlines;
      clock.seconds = CLOSE;
      await draws([drawOf(apart, 0)]);
      clock.seconds = CLOSE + objection;
      await draws([drawOf(apart, 1)]);
      const { ledger } = services;
      const release = { type: "release", ledgerSize: 9, sha256: "0".repeat(64), length: 1, signatures: [] } as const;
      await ledger.log({ protocol: PROTOCOL, manifest: toHex(apart.id), ...release });
      await expect(draws([drawOf(apart, 2)])).rejects.toMatchObject({ code: "ERR_ROUND_CLOSED" });
      clock.seconds = CLOSE + objection - 1;
      await draws([drawOf(apart, 2)]);
      clock.seconds = CLOSE + objection;
      const blind = new Proxy(ledger, {
        get: (target, name) => {
          if (name === "documents") return target.documents.filter(({ entry }) => entry.type !== "release");
          const value = Reflect.get(target, name, target) as unknown;
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
      await delivering(services, clock, blind).draws([drawOf(apart, 3)]);
      expect(ledger.documents.filter(({ entry }) => entry.type === "draws")).toHaveLength(4);
    }));

  it("a list that a stranger or the issuer signed in vain has no list checked anew; one whose append failed has", () =>
    withServices(apart, async (services, clock, read) => {
      const { replaced, draws } = delivering(services, clock);
      clock.seconds = CLOSE;
      await draws([drawOf(apart, 1)]);
      read.length = 0;
      await expect(draws([drawOf(apart, 2)], randomBytes(32))).rejects.toMatchObject({ code: "ERR_ISSUER_RECORD" });
      await expect(draws([drawOf(apart, 1)])).rejects.toMatchObject({ code: "ERR_ISSUER_RECORD" });
      await expect(replaced(3)).rejects.toMatchObject({ code: "ERR_ISSUER_RECORD" });
      expect(read).toEqual([]);
      services.ledger.stop(new Error("the disk is full") as never);
      await expect(draws([drawOf(apart, 2)])).rejects.toThrow("the disk is full");
      expect(read).toEqual([]);
      await expect(draws([drawOf(apart, 1)])).rejects.toMatchObject({ code: "ERR_ISSUER_RECORD" });
      expect(read.length).toBeGreaterThan(0);
    }));
});
