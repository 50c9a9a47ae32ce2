import { describe, expect, it } from "vitest";
import { expectBounded } from "../../test-support/properties.ts";
import { HANDLERS, OFFICIALS, PRIVATE_SECTOR, REPORTS, SURVEY, TRUSTEES } from "../../test-support/world.ts";
import { encodeJson, fromHex, SHA256, toHex } from "../bytes/index.ts";
import { envelopeLength } from "../envelope/index.ts";
import {
  cosignManifest,
  decodeManifest,
  envelopeShape,
  keyHolders,
  type Manifest,
  manifestId,
  recipients,
  rehearsalContext,
  roundEnvelopeLength,
  roundIssuers,
  tokenPlaces,
  verifyCosignature,
  verifyCosignatures,
} from "./index.ts";
import vectors from "./vectors/manifest.json" with { type: "json" };

const rounds = [
  { name: "survey", manifest: SURVEY, vector: vectors.survey, holders: TRUSTEES },
  { name: "reports", manifest: REPORTS, vector: vectors.reports, holders: HANDLERS },
] as const;

describe.each(rounds)("the $name of the vectors, computed by another program", ({ manifest, vector, holders }) => {
  it("has these canonical bytes and this id", () => {
    const bytes = encodeJson(manifest);
    expect(bytes).toHaveLength(vector.bytes);
    expect(toHex(SHA256(bytes))).toBe(vector.sha256);
    expect(toHex(manifestId(manifest))).toBe(vector.id);
    expect(decodeManifest(bytes)).toEqual(manifest);
  });

  it("is co-signed by all who hold a key", () => {
    const signatures = holders.map(({ signing }, index) => cosignManifest(manifest, index, signing));
    expect(signatures.map(toHex)).toEqual(vector.cosignatures);
    expect(() => verifyCosignatures(manifest, signatures)).not.toThrow();
  });

  it("is rehearsed in this context, and sealed to these keys", () => {
    expect(toHex(rehearsalContext(manifest))).toBe(vector.rehearsalContext);
    const { keyIds, threshold, size } = envelopeShape(manifest);
    expect(keyIds.map(toHex)).toEqual(vector.keyIds);
    expect([threshold, size]).toEqual([manifest.threshold, manifest.size]);
    expect(recipients(manifest).map(toHex)).toEqual(keyHolders(manifest).map(({ kemKey }) => kemKey));
    expect(roundEnvelopeLength(manifest)).toBe(envelopeLength(holders.length, manifest.size));
  });
});

describe("a manifest", () => {
  it("is read from nothing but its canonical bytes", () => expectBounded(decodeManifest, encodeJson(REPORTS), 200));

  it("holds no SPKI longer than one, nor a key configuration without end", () => {
    const changed = {
      ...SURVEY,
      audiences: SURVEY.audiences.map((audience) => ({
        ...audience,
        issuers: audience.issuers.map((issuer) => ({ ...issuer, spki: `${issuer.spki}00` })),
      })),
    };
    expect(() => decodeManifest(encodeJson(changed))).toThrow(expect.objectContaining({ code: "ERR_JSON_SCHEMA" }));
  });

  it("has its key holders by its kind", () => {
    expect(keyHolders(SURVEY)).toBe(SURVEY.trustees);
    expect(keyHolders(REPORTS)).toBe(REPORTS.handlers);
  });

  it("has as many token places as its largest audience has issuers, none for reports", () => {
    expect(tokenPlaces(SURVEY)).toBe(2);
    expect(tokenPlaces(REPORTS)).toBe(0);
  });

  it("gives the issuers of an audience with their parsed keys, none for an audience it does not have", () => {
    const issuers = roundIssuers(SURVEY, OFFICIALS);
    expect(issuers.map(({ name }) => name)).toEqual(["customs-issuer", "university-issuer"]);
    expect(issuers.map(({ key }) => toHex(key.spki))).toEqual(SURVEY.audiences[0]?.issuers.map(({ spki }) => spki));
    expect(issuers.map(({ reportKey }) => toHex(reportKey.spki))).toEqual(SURVEY.audiences[0]?.issuers.map(({ reportSpki }) => reportSpki));
    expect(roundIssuers(SURVEY, PRIVATE_SECTOR)).toHaveLength(1);
    expect(roundIssuers(SURVEY, 2)).toEqual([]);
    expect(roundIssuers(SURVEY, 255)).toEqual([]);
  });

  it("is hashed and parsed once, whatever callers do with what they get", () => {
    const id = manifestId(SURVEY);
    id.fill(0);
    expect(toHex(manifestId(SURVEY))).toBe(vectors.survey.id);
    recipients(SURVEY).pop();
    expect(recipients(SURVEY)).toHaveLength(3);
    expect(roundIssuers(SURVEY, OFFICIALS)).toBe(roundIssuers(SURVEY, OFFICIALS));
    expect(envelopeShape(SURVEY)).toBe(envelopeShape(SURVEY));
  });

  it("that differs is another object with another id", () => {
    const other: Manifest = { ...SURVEY, round: "wave-2" };
    expect(manifestId(other)).not.toEqual(manifestId(SURVEY));
  });
});

describe("co-signatures", () => {
  const signatures = TRUSTEES.map(({ signing }, index) => cosignManifest(SURVEY, index, signing));
  const refused = expect.objectContaining({ code: "ERR_COSIGNATURE" });

  it("must be all there", () => {
    expect(() => verifyCosignatures(SURVEY, signatures.slice(0, 2))).toThrow(refused);
    expect(() => verifyCosignatures(SURVEY, [...signatures, ...signatures.slice(0, 1)])).toThrow(refused);
    expect(() => verifyCosignatures({ ...SURVEY, trustees: [] }, [])).toThrow(refused);
  });

  it("must stand at their own places", () => {
    expect(() => verifyCosignatures(SURVEY, [signatures[1], signatures[0], signatures[2]] as Uint8Array[])).toThrow(refused);
    expect(verifyCosignature(SURVEY, 1, signatures[0] as Uint8Array)).toBe(false);
    expect(verifyCosignature(SURVEY, 3, signatures[0] as Uint8Array)).toBe(false);
  });

  it("are for one manifest", () => {
    expect(() => verifyCosignatures({ ...SURVEY, size: 82 }, signatures)).toThrow(refused);
  });

  it("of an organisation at one index are not its signature at another", () => {
    const twice: Manifest = { ...SURVEY, trustees: [SURVEY.trustees[0], SURVEY.trustees[0]] as Manifest["trustees"] };
    const one = cosignManifest(twice, 0, TRUSTEES[0].signing);
    expect(verifyCosignature(twice, 0, one)).toBe(true);
    expect(verifyCosignature(twice, 1, one)).toBe(false);
  });
});

it("the seeds of the vectors are those of their keys", () => {
  expect(TRUSTEES.map(({ signing }) => toHex(signing.publicKey))).toEqual(SURVEY.trustees.map(({ signingKey }) => signingKey));
  expect(HANDLERS.map(({ kem }) => kem.publicKey)).toEqual(REPORTS.handlers.map(({ kemKey }) => fromHex(kemKey)));
});
