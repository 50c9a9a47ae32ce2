import { describe, expect, it } from "vitest";
import { answer } from "../../test-support/answers.ts";
import { expectBounded } from "../../test-support/properties.ts";
import { ISSUER_SIGNERS, person, REPORTS, SURVEY, SURVEY_ID, TRUSTEES } from "../../test-support/world.ts";
import { encodeJson, fromHex, toHex, utf8 } from "../bytes/index.ts";
import type { Manifest } from "../manifest/index.ts";
import { type SigningKey, verify } from "../primitives/index.ts";
import { encodeReportLeaf, encodeSubmissionLeaf } from "../submission/index.ts";
import {
  type DocumentedEntry,
  decodeEntry,
  ENTRY_LIMIT,
  encodeEntry,
  entrySchema,
  type HolderEntry,
  type HolderFields,
  type IssuerEntry,
  type ReplacedEntry,
  signEntry,
  verifyEntry,
} from "./index.ts";
import vectors from "./vectors/entries.json" with { type: "json" };

const invalid = expect.objectContaining({ code: "ERR_ENTRY_INVALID" });
const all = [...vectors.signed, ...vectors.issued, ...vectors.plain] as unknown as readonly { entry: DocumentedEntry; canonical: string }[];
const signed = vectors.signed as unknown as readonly { entry: HolderEntry; message: string; holder: number }[];
const issued = vectors.issued as unknown as readonly { entry: IssuerEntry; message: string; issuer: string }[];
const find = <Type extends HolderEntry["type"]>(type: Type) =>
  signed.find(({ entry }) => entry.type === type)?.entry as Extract<HolderEntry, { type: Type }>;
const refuses = (entry: unknown) => expect(() => decodeEntry(encodeJson(entry)), JSON.stringify(entry).slice(0, 200)).toThrow(invalid);

describe("the entries of the vectors, computed by another program", () => {
  it("are of every type that is written as JSON", () => {
    const types = (
      entrySchema as unknown as { options: { entries: { type: { literal?: string; options?: string[] } } }[] }
    ).options.flatMap(({ entries: { type } }) => type.options ?? [type.literal as string]);
    expect(new Set(all.map(({ entry }) => entry.type))).toEqual(new Set(types));
  });

  it.each(all.map((vector) => ({ ...vector, type: vector.entry.type })))("$type has these canonical bytes", ({ entry, canonical }) => {
    expect(encodeEntry(entry)).toEqual(utf8(canonical));
    expect(decodeEntry(utf8(canonical))).toEqual(entry);
  });

  it.each(signed.map((vector) => ({ ...vector, type: vector.entry.type })))("$type is signed over this message", (vector) => {
    const { entry, message, holder } = vector;
    const { protocol: _, manifest: __, signature, ...fields } = entry;
    expect(verify(TRUSTEES[holder as 0].signing.publicKey, fromHex(message), fromHex(signature))).toBe(true);
    expect(signEntry(SURVEY, fields as HolderFields<HolderEntry>, TRUSTEES[holder as 0].signing)).toEqual(entry);
    expect(verifyEntry(SURVEY, entry)).toBe(true);
  });
});

describe("what an issuer says", () => {
  it.each(issued.map((vector) => ({ ...vector, type: vector.entry.type })))(
    "$type is signed over this message",
    ({ entry, message, issuer }) => {
      const key = ISSUER_SIGNERS[issuer] as SigningKey;
      const { protocol: _, manifest: __, signature, ...fields } = entry;
      expect(verify(key.publicKey, fromHex(message), fromHex(signature))).toBe(true);
      expect(signEntry(SURVEY, fields as HolderFields<IssuerEntry>, key)).toEqual(entry);
      expect(verifyEntry(SURVEY, entry)).toBe(true);
    },
  );

  const changes: { [Type in IssuerEntry["type"]]: object[] } = {
    draws: [{ count: 3 }, { sha256: "00".repeat(32) }, { issuer: "university-issuer" }, { audience: "private-sector" }, { audience: "no" }],
    replaced: [{ invited: "00".repeat(32) }, { by: "00".repeat(32) }, { audience: "no" }, { issuer: "no" }],
    "key-destroyed": [{ holder: "issuer/officials/customs-issuer" }, { holder: "issuer/no/customs-issuer" }, { holder: "trustee/0" }],
  };
  it("is its word for its own audience, file and invitation alone", () => {
    for (const { entry } of issued) {
      for (const change of changes[entry.type])
        expect(verifyEntry(SURVEY, { ...entry, ...change } as IssuerEntry), JSON.stringify(change)).toBe(false);
      expect(verifyEntry({ ...SURVEY, round: "wave-2" }, entry)).toBe(false);
      expect(verifyEntry(SURVEY, { ...entry, signature: "00".repeat(64) })).toBe(false);
    }
  });

  it("cannot be turned from a revocation into a replacement, or back", () => {
    const [revoked, replaced] = issued.map(({ entry }) => entry).filter((entry) => entry.type === "replaced");
    expect(verifyEntry(SURVEY, { ...(revoked as ReplacedEntry), by: "00".repeat(32) })).toBe(false);
    expect(verifyEntry(SURVEY, { ...(replaced as ReplacedEntry), by: null })).toBe(false);
  });
});

describe("decodeEntry", () => {
  const submission = answer(person("somebody"));
  const leaf = encodeSubmissionLeaf(submission);

  it("reads the two binary leaves by their magic", () => {
    expect(decodeEntry(leaf)).toMatchObject({ type: "submission", leaf: { sequence: 0, responseKey: submission.responseKey } });
    const report = encodeReportLeaf(leaf);
    expect(decodeEntry(report)).toEqual({ type: "report", hash: report.slice(4) });
  });

  it("is bounded, whatever the entry", async () => {
    await expectBounded(decodeEntry, leaf, 200);
    await expectBounded(decodeEntry, encodeReportLeaf(leaf));
    for (const { canonical } of all) await expectBounded(decodeEntry, utf8(canonical), 40);
  });

  it("refuses what is too long before it is parsed, and nesting without end", () => {
    const title = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${String.fromCharCode(97 + i)}`, "x".repeat(4000)]));
    const long = encodeJson({ protocol: "amana/1", type: "manifest", manifest: { ...SURVEY, title }, cosignatures: [] });
    expect(long.length).toBeGreaterThan(ENTRY_LIMIT);
    expect(() => decodeEntry(long)).toThrow(invalid);
    expect(() => decodeEntry(utf8(`{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`))).toThrow(invalid);
    expect(() => decodeEntry(new Uint8Array(0))).toThrow(invalid);
  });

  it("refuses unknown types, fields and binary magics", () => {
    refuses({ protocol: "amana/1", type: "note" });
    refuses({ protocol: "amana/1", type: "close", manifest: toHex(SURVEY_ID), at: 1 });
    refuses({ protocol: "amana/2", type: "close", manifest: toHex(SURVEY_ID) });
    expect(() => decodeEntry(utf8("AMX1"))).toThrow(invalid);
  });

  it("refuses numbers that a verifier could not hash", () => {
    const held = find("held");
    refuses({ ...held, epoch: 2 ** 32 });
    refuses({ ...held, holder: 255 });
    refuses({ ...find("absent"), attempt: 256 });
    refuses({ protocol: "amana/1", type: "epoch", manifest: toHex(SURVEY_ID), from: 2 ** 32, to: 2 ** 32, firstIndex: 0, count: 1 });
  });

  it("refuses lists that are not sorted, or name a leaf twice: an entry has one encoding", () => {
    const held = find("held");
    const [one, two] = held.missing as [string, string];
    refuses({ ...held, missing: [two, one] });
    refuses({ ...held, missing: [one, one] });
    refuses({ ...held, missing: Array.from({ length: 801 }, (_, i) => i.toString(16).padStart(64, "0")) });
  });

  it("refuses co-signatures of an amendment that are not ascending, or one holder's twice", () => {
    const amendment = all.find(({ entry }) => entry.type === "amendment")?.entry as Extract<DocumentedEntry, { type: "amendment" }>;
    const [one, two] = amendment.cosignatures;
    refuses({ ...amendment, cosignatures: [two, one] });
    refuses({ ...amendment, cosignatures: [one, one] });
    refuses({ ...amendment, number: 256 });
  });

  it("refuses a destroyed key that nobody can vouch for, or is named another way", () => {
    const destroyed = find("key-destroyed");
    refuses({ ...destroyed, signature: null });
    refuses({ ...destroyed, holder: "issuer/officials" });
    refuses({ ...destroyed, holder: "trustee/01" });
    refuses({ ...destroyed, holder: "trustee/" });
    refuses({ ...destroyed, holder: "trustee/1000" });
  });
});

describe("encodeEntry", () => {
  it("writes nothing that cannot be read: it would make the ledger unreadable for ever", () => {
    expect(() => encodeEntry({ ...find("held"), missing: ["00"] })).toThrow(invalid);
    const signatures = Array.from({ length: 17 }, (_, holder) => ({ holder, signature: "00".repeat(64) }));
    const release = all.find(({ entry }) => entry.type === "release")?.entry as Extract<DocumentedEntry, { type: "release" }>;
    expect(() => encodeEntry({ ...release, signatures })).toThrow(invalid);
  });

  it("refuses an entry that is too long", () => {
    const title = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${String.fromCharCode(97 + i)}`, "x".repeat(4000)]));
    const manifest: Manifest = { ...SURVEY, title };
    expect(() => encodeEntry({ protocol: "amana/1", type: "manifest", manifest, cosignatures: [] })).toThrow(
      expect.objectContaining({ code: "ERR_ENTRY_INVALID", details: { note: "It is too long." } }),
    );
  });
});

describe("verifyEntry", () => {
  const changes: { [Type in HolderEntry["type"]]: object[] } = {
    held: [{ holder: 1 }, { epoch: 4 }, { ledgerSize: 41 }, { missing: [] }, { missing: find("held").missing.slice(1) }],
    "share-list": [{ holder: 1 }, { ledgerSize: 41 }, { commitment: "00".repeat(32) }],
    absent: [{ holder: 0 }, { attempt: 1 }, { absent: 0 }],
    "opening-fault": [{ holder: 1 }, { attempt: 0 }, { fault: 1 }],
    "key-destroyed": [{ holder: "trustee/0" }, { holder: "issuer/a/b" }, { holder: "trustee/3" }],
  };

  it.each(Object.entries(changes))("refuses %s with another value in any field", (type, list) => {
    const entry = find(type as HolderEntry["type"]);
    for (const change of list) expect(verifyEntry(SURVEY, { ...entry, ...change } as HolderEntry), JSON.stringify(change)).toBe(false);
  });

  it("refuses every entry for another round, or by nobody", () => {
    const other: Manifest = { ...SURVEY, round: "wave-2" };
    for (const { entry } of signed) {
      expect(verifyEntry(other, entry)).toBe(false);
      expect(verifyEntry(REPORTS, entry)).toBe(false);
      expect(verifyEntry(SURVEY, { ...entry, signature: "00".repeat(64) })).toBe(false);
    }
    expect(verifyEntry(SURVEY, { ...find("absent"), holder: 3 })).toBe(false);
  });
});
