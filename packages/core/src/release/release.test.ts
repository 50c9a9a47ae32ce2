import { describe, expect, it } from "vitest";
import { expectBounded } from "../../test-support/properties.ts";
import { SURVEY, TRUSTEES } from "../../test-support/world.ts";
import { encodeJson, fromHex, SHA256, toHex, utf8 } from "../bytes/index.ts";
import type { Manifest } from "../manifest/index.ts";
import { decodeRelease, encodeRelease, type Release, signRelease, verifyRelease, verifyReleaseSignature } from "./index.ts";
import vectors from "./vectors/release.json" with { type: "json" };

const RELEASE = vectors.release as Release;
const BYTES = utf8(vectors.canonical);
const signatures = vectors.signatures.map((signature, holder) => ({ holder, signature: fromHex(signature) }));
const [one, two, three] = signatures as [(typeof signatures)[0], (typeof signatures)[0], (typeof signatures)[0]];

describe("the release of the vectors, computed by another program", () => {
  it("has these canonical bytes and this digest", () => {
    expect(encodeRelease(RELEASE)).toEqual(BYTES);
    expect(decodeRelease(BYTES)).toEqual(RELEASE);
    expect(toHex(SHA256(BYTES))).toBe(vectors.sha256);
  });

  it("is signed by each trustee", () => {
    TRUSTEES.forEach(({ signing }, holder) => {
      expect(toHex(signRelease(BYTES, SURVEY, holder, signing))).toBe(vectors.signatures[holder]);
      expect(verifyReleaseSignature(BYTES, SURVEY, holder, fromHex(vectors.signatures[holder] as string))).toBe(true);
    });
  });
});

describe("decodeRelease", () => {
  it("is bounded", () => expectBounded(decodeRelease, BYTES, 100));

  it("refuses lists out of order, or that name something twice: a release has one encoding", () => {
    const [file] = RELEASE.files as [Release["files"][0]];
    const refuses = (change: Partial<Release>) =>
      expect(() => decodeRelease(encodeJson({ ...RELEASE, ...change }))).toThrow(expect.objectContaining({ code: "ERR_JSON_SCHEMA" }));
    expect(decodeRelease(encodeJson({ ...RELEASE, files: [file, { ...file, name: "results.json" }] })).files).toHaveLength(2);
    refuses({ files: [file, file] });
    refuses({ files: [{ ...file, name: "results.json" }, file] });
    refuses({ files: [{ ...file, name: "../index.html" }] });
    refuses({
      wanting: [
        { holder: 1, count: 1 },
        { holder: 0, count: 1 },
      ],
    });
    refuses({
      wanting: [
        { holder: 1, count: 1 },
        { holder: 1, count: 1 },
      ],
    });
  });
});

describe("verifyRelease", () => {
  const refused = expect.objectContaining({ code: "ERR_RELEASE_INVALID" });

  it("asks for k different trustees", () => {
    expect(() => verifyRelease(BYTES, SURVEY, [one, two])).not.toThrow();
    expect(() => verifyRelease(BYTES, SURVEY, [three, one, two])).not.toThrow();
    expect(() => verifyRelease(BYTES, SURVEY, [])).toThrow(refused);
    expect(() => verifyRelease(BYTES, SURVEY, [one])).toThrow(refused);
    expect(() => verifyRelease(BYTES, SURVEY, [one, one])).toThrow(refused);
  });

  it("counts no signature by somebody else, over something else, or for another round", () => {
    const other: Manifest = { ...SURVEY, round: "wave-2" };
    expect(() => verifyRelease(BYTES, SURVEY, [one, { holder: 2, signature: two.signature }])).toThrow(refused);
    expect(() => verifyRelease(BYTES, SURVEY, [one, { holder: 3, signature: two.signature }])).toThrow(refused);
    expect(() => verifyRelease(encodeRelease({ ...RELEASE, ledgerSize: 41 }), SURVEY, signatures)).toThrow(refused);
    expect(() => verifyRelease(BYTES, other, signatures)).toThrow(refused);
  });

  it("passes over signatures that are none", () => {
    expect(() => verifyRelease(BYTES, SURVEY, [{ holder: 0, signature: new Uint8Array(3) }, two, three])).not.toThrow();
  });
});
