import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, toHex } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { randomBytes, signingKey } from "../primitives/index.ts";
import {
  decodeDraws,
  decodeEnrolmentReceipt,
  ENROLMENT_RECEIPT_LENGTH,
  type EnrolmentReceipt,
  encodeEnrolmentReceipt,
  formatEnrolmentReceipt,
  parseEnrolmentReceipt,
  parseIssuerKey,
  signEnrolmentReceipt,
  verifyEnrolmentReceipt,
} from "./index.ts";
import vectors from "./vectors/credential.json" with { type: "json" };
import protocol from "./vectors/protocol.json" with { type: "json" };

const key = signingKey(fromHex(vectors.seed));
const keys = {
  signingKey: fromHex(vectors.signingKey),
  key: parseIssuerKey(fromHex(protocol.answering.spki)),
  reportKey: parseIssuerKey(fromHex(protocol.reports.spki)),
};
const [draw] = decodeDraws(fromHex(protocol.draw)) as [EnrolmentReceipt["draw"]];
const place = { manifestId: fromHex(protocol.manifestId), audience: protocol.audience, issuer: protocol.issuerName };
const receipt: EnrolmentReceipt = { ...place, draw, signature: fromHex(vectors.signature) };
const refused = expect.objectContaining({ code: "ERR_ENROLMENT_RECEIPT" });

describe("an enrolment receipt", () => {
  it("is that of the vectors", () => {
    expect(toHex(key.publicKey)).toBe(vectors.signingKey);
    expect(toHex(signEnrolmentReceipt(place, draw, key))).toBe(vectors.signature);
    expect(toHex(encodeEnrolmentReceipt(receipt))).toBe(vectors.receipt);
    expect(ENROLMENT_RECEIPT_LENGTH).toBe(709);
    expect(decodeEnrolmentReceipt(fromHex(vectors.receipt), place.issuer)).toEqual(receipt);
    expect(verifyEnrolmentReceipt(receipt, keys)).toBe(true);
  });

  it("holds for its own round, audience, issuer, invitation and blinded messages alone", () => {
    const changes: Partial<EnrolmentReceipt>[] = [
      { manifestId: new Uint8Array(32) },
      { audience: 0 },
      { issuer: "another" },
      { signature: new Uint8Array(64) },
      ...(["invitedHash", "blindedHash", "reportBlindedHash"] as const).map((field) => ({
        draw: { ...draw, [field]: new Uint8Array(32) },
      })),
      ...(["blindSignature", "reportBlindSignature"] as const).map((field) => ({ draw: { ...draw, [field]: new Uint8Array(256) } })),
    ];
    for (const change of changes) expect(verifyEnrolmentReceipt({ ...receipt, ...change }, keys)).toBe(false);
    expect(verifyEnrolmentReceipt(receipt, { ...keys, signingKey: signingKey(randomBytes(32)).publicKey })).toBe(false);
  });

  it("goes to paper and back", () => {
    const issued = { ...receipt, issuer: "customs-issuer" };
    expect(formatEnrolmentReceipt("wave-1", issued)).toBe(vectors.text);
    expect(parseEnrolmentReceipt(vectors.text)).toEqual({ round: "wave-1", receipt: issued });
    expect(parseEnrolmentReceipt(`\n ${vectors.text.replaceAll("\n", "\r\n  ")}\n`)).toEqual({ round: "wave-1", receipt: issued });
    for (const text of ["", "amana/1 enrolment receipt", `${vectors.text}more`, vectors.text.replace("AMO", ""), vectors.text.slice(0, -9)])
      if (text !== vectors.text) expect(() => parseEnrolmentReceipt(text)).toThrow(refused);
  });

  it("refuses every other length and magic, throws nothing else, and reads only what it would write", () => {
    const bytes = fromHex(vectors.receipt);
    for (const length of [0, 4, 37, 645, 708]) expect(() => decodeEnrolmentReceipt(bytes.subarray(0, length), "a")).toThrow(refused);
    expect(() => decodeEnrolmentReceipt(concat(bytes, new Uint8Array(1)), "a")).toThrow(refused);
    expect(() => encodeEnrolmentReceipt({ ...receipt, signature: new Uint8Array(63) })).toThrow(TypeError);
    const any = fc.uint8Array({ minLength: 705, maxLength: 705 }).map((rest) => concat(bytes.subarray(0, 4), rest));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 800 }), any), (input) => {
        try {
          expect(encodeEnrolmentReceipt(decodeEnrolmentReceipt(input, "a"))).toEqual(input);
        } catch (error) {
          expect(isAmanaError(error, "ERR_ENROLMENT_RECEIPT")).toBe(true);
        }
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseEnrolmentReceipt(text)).toThrow(refused);
      }),
    );
  });
});
