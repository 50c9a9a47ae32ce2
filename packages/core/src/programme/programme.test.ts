import { describe, expect, it } from "vitest";
import { expectBounded } from "../../test-support/properties.ts";
import { PROGRAMME, seed } from "../../test-support/world.ts";
import { toHex, utf8 } from "../bytes/index.ts";
import type { AmanaError } from "../errors/index.ts";
import { encodeVerifierKey, NOTE_COSIGNATURE, NOTE_ED25519, noteKey } from "../ledger/index.ts";
import { signingKey } from "../primitives/index.ts";
import { checkProgramme, decodeProgramme, encodeProgramme, type Programme, programmeDigits, programmeId } from "./index.ts";
import vectors from "./vectors/programme.json" with { type: "json" };

/** Every mistake that is found, as `path message`. */
function mistakes(change: Partial<Programme>): string[] {
  try {
    checkProgramme({ ...PROGRAMME, ...change });
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_PROGRAMME_INVALID" });
    return ((error as AmanaError).details.problems ?? []).map(({ path, message }) => `${path} ${message}`);
  }
}

const [customs, federation] = PROGRAMME.organisations as [Programme["organisations"][number], Programme["organisations"][number]];
const [witness] = PROGRAMME.witnesses as [Programme["witnesses"][number]];
const NO_KEY = "00".repeat(32);

describe("the programme of the vectors, computed by another program", () => {
  it("has these canonical bytes, this id and these digits", () => {
    expect(encodeProgramme(PROGRAMME)).toEqual(utf8(vectors.canonical));
    expect(toHex(programmeId(PROGRAMME))).toBe(vectors.id);
    expect(programmeDigits(programmeId(PROGRAMME))).toBe(vectors.digits);
    expect(decodeProgramme(utf8(vectors.canonical))).toEqual(PROGRAMME);
  });

  it("has digits that keep their leading zeros", () => {
    expect(programmeDigits(new Uint8Array(32))).toBe("0000 0000 0000 0000 0000 0000");
    expect(programmeDigits(Uint8Array.of(...new Uint8Array(31), 42))).toBe("0000 0000 0000 0000 0000 0042");
  });
});

describe("decodeProgramme", () => {
  it("reads nothing but the canonical bytes", () => expectBounded(decodeProgramme, encodeProgramme(PROGRAMME), 200));

  it("refuses a programme with mistakes", () => {
    expect(() => decodeProgramme(encodeProgramme({ ...PROGRAMME, revision: 1 }))).toThrow(
      expect.objectContaining({ code: "ERR_PROGRAMME_INVALID" }),
    );
  });
});

describe("checkProgramme names", () => {
  it("no mistake where there is none, with a quorum or in a trial", () => {
    expect(mistakes({})).toEqual([]);
    expect(mistakes({ trial: true, witnesses: [], quorum: 0, freshnessDays: 0 })).toEqual([]);
  });

  it("a revision", () => {
    expect(mistakes({ revision: 1 })).toEqual(["/revision only revision 0 exists; a rotation of keys is a new programme"]);
  });

  it("organisations with one id or one key, or none that is a key", () => {
    expect(mistakes({ organisations: [...PROGRAMME.organisations, { ...customs, key: toHex(signingKey(seed("x")).publicKey) }] })).toEqual([
      "/organisations/4/id this id is used twice",
    ]);
    expect(mistakes({ organisations: [...PROGRAMME.organisations, { ...customs, id: "fifth" }] })).toEqual([
      "/organisations/4/key this key is used twice",
    ]);
    expect(mistakes({ organisations: [...PROGRAMME.organisations, { ...customs, id: "fifth", key: NO_KEY }] })).toEqual([
      "/organisations/4/key not an Ed25519 public key",
    ]);
  });

  it("a promise key that is none, or an organisation's", () => {
    expect(mistakes({ promiseKey: NO_KEY })).toEqual(["/promiseKey not an Ed25519 public key"]);
    expect(mistakes({ promiseKey: federation.key })).toEqual(["/promiseKey this key is used twice"]);
  });

  it("a ledger whose key is no log's, has another name or another role", () => {
    const { origin } = PROGRAMME.ledger;
    const as = (vkey: string) => mistakes({ ledger: { origin, vkey } });
    expect(as("nothing")).toEqual(["/ledger/vkey not a verifier key of a log"]);
    expect(as(encodeVerifierKey(noteKey(origin, seed("x"), NOTE_COSIGNATURE)))).toEqual(["/ledger/vkey not a verifier key of a log"]);
    expect(as(encodeVerifierKey(noteKey("elsewhere.example", seed("x"), NOTE_ED25519)))).toEqual(["/ledger/vkey does not name the origin"]);
    const key = noteKey(origin, seed("shared"), NOTE_ED25519);
    expect(mistakes({ promiseKey: toHex(key.publicKey), ledger: { origin, vkey: encodeVerifierKey(key) } })).toEqual([
      "/ledger/vkey this key is used twice",
    ]);
  });

  it("witnesses of no organisation, without a witness's key, or that are one under two names", () => {
    expect(mistakes({ witnesses: [{ ...witness, organisation: "nobody" }] })).toEqual(["/witnesses/0/organisation no such organisation"]);
    expect(mistakes({ witnesses: [{ ...witness, vkey: PROGRAMME.ledger.vkey }] })).toEqual([
      "/witnesses/0/vkey not a verifier key of a witness",
    ]);
    const witnesses = ["a.example", "b.example"].map((alias) => ({
      organisation: "auditor",
      vkey: encodeVerifierKey(noteKey(alias, seed("one witness"), NOTE_COSIGNATURE)),
    }));
    expect(mistakes({ witnesses, quorum: 2 })).toEqual(["/witnesses/1/vkey this key is used twice"]);
  });

  it("a quorum beyond the witnesses, and no freshness", () => {
    expect(mistakes({ quorum: 2, freshnessDays: 0 })).toEqual(["/quorum more than there are witnesses", "/freshnessDays at least one day"]);
  });
});
