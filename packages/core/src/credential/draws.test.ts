import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compare, concat, fromHex, newInvitationCode, newSecretCode, type SecretCode } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { i2osp, os2ip, randomBytes } from "../primitives/index.ts";
import {
  blind,
  blindedHash,
  blindSign,
  checkDraw,
  DRAW_LENGTH,
  type Draw,
  decodeDraws,
  encodeDraw,
  encodeDraws,
  invitedHash,
  openIssuerKey,
  reportNonce,
  reportSigningKey,
  responseNonce,
  responseSigningKey,
} from "./index.ts";
import vectors from "./vectors/protocol.json" with { type: "json" };

const issuers = { answering: openIssuerKey(fromHex(vectors.pkcs8.answering)), reports: openIssuerKey(fromHex(vectors.pkcs8.reports)) };
const keys = { key: issuers.answering.key, reportKey: issuers.reports.key };
const manifestId = fromHex(vectors.manifestId);
const { issuerName, roundName } = vectors;
const refused = expect.objectContaining({ code: "ERR_DRAWS_FORMAT" });

/** What an honest issuer logs for one enrolment. */
function drawOf(code: SecretCode = newSecretCode(randomBytes)): Draw {
  const answering = blind(code, {
    nonce: responseNonce(manifestId, responseSigningKey(code, manifestId).publicKey),
    issuerName,
    manifestId,
    key: keys.key,
  });
  const reports = blind(code, {
    nonce: reportNonce(manifestId, reportSigningKey(code, manifestId).publicKey),
    issuerName,
    manifestId,
    key: keys.reportKey,
  });
  return {
    invitedHash: invitedHash(fromHex(vectors.programmeId), roundName, issuerName, newInvitationCode(randomBytes)),
    blindedHash: blindedHash(answering.blinded),
    blindSignature: blindSign(issuers.answering, answering.blinded),
    reportBlindedHash: blindedHash(reports.blinded),
    reportBlindSignature: blindSign(issuers.reports, reports.blinded),
  };
}

const draws = Array.from({ length: 6 }, () => drawOf());

describe("a draw", () => {
  it("is laid out as written", () => {
    const draw = {
      invitedHash: new Uint8Array(32).fill(1),
      blindedHash: new Uint8Array(32).fill(2),
      blindSignature: new Uint8Array(256).fill(3),
      reportBlindedHash: new Uint8Array(32).fill(4),
      reportBlindSignature: new Uint8Array(256).fill(5),
    };
    expect(Buffer.from(encodeDraw(draw)).toString("hex")).toBe(
      "01".repeat(32) + "02".repeat(32) + "03".repeat(256) + "04".repeat(32) + "05".repeat(256),
    );
    expect(DRAW_LENGTH).toBe(608);
    expect(() => encodeDraw({ ...draw, blindSignature: new Uint8Array(255) })).toThrow(TypeError);
  });
});

describe("checkDraw", () => {
  it("accepts what the issuer signed", () => {
    for (const draw of draws) expect(checkDraw(draw, keys)).toBe(true);
  });

  it("refuses any field changed but the invitation, which the manifest's root is for", () => {
    const draw = draws[0] as Draw;
    const other = draws[1] as Draw;
    for (const field of ["blindedHash", "blindSignature", "reportBlindedHash", "reportBlindSignature"] as const) {
      expect(checkDraw({ ...draw, [field]: other[field] }, keys)).toBe(false);
      expect(checkDraw({ ...draw, [field]: draw[field].map((byte, i) => (i === 9 ? byte ^ 1 : byte)) }, keys)).toBe(false);
      expect(checkDraw({ ...draw, [field]: draw[field].subarray(1) }, keys)).toBe(false);
    }
    expect(checkDraw(draw, { key: keys.reportKey, reportKey: keys.key })).toBe(false);
  });

  it("refuses s + n: one signature, one record", () => {
    const draw = draws.find(({ blindSignature }) => os2ip(blindSignature) + keys.key.n < 2n ** 2048n) ?? drawWithSmallSignature();
    const larger = i2osp(os2ip(draw.blindSignature) + keys.key.n, 256);
    expect(checkDraw(draw, keys)).toBe(true);
    expect(checkDraw({ ...draw, blindSignature: larger }, keys)).toBe(false);
  });
});

function drawWithSmallSignature(): Draw {
  for (;;) {
    const draw = drawOf();
    if (os2ip(draw.blindSignature) + keys.key.n < 2n ** 2048n) return draw;
  }
}

describe("a draws file", () => {
  const file = encodeDraws(draws);

  it("is the records sorted by blinded hash, whatever order they came in", () => {
    expect(file).toHaveLength(draws.length * DRAW_LENGTH);
    expect(encodeDraws([...draws].reverse())).toEqual(file);
    expect(decodeDraws(file)).toEqual([...draws].sort((a, b) => compare(a.blindedHash, b.blindedHash)));
    expect(decodeDraws(concat(Uint8Array.of(1), file).subarray(1))).toEqual(decodeDraws(file));
    expect(decodeDraws(new Uint8Array(0))).toEqual([]);
  });

  it("refuses another order, a record twice, an invitation twice", () => {
    const [first, second] = decodeDraws(file) as [Draw, Draw];
    expect(() => decodeDraws(concat(encodeDraw(second), encodeDraw(first)))).toThrow(refused);
    expect(() => decodeDraws(concat(encodeDraw(first), encodeDraw(first)))).toThrow(refused);
    expect(() => decodeDraws(concat(encodeDraw(first), encodeDraw({ ...second, invitedHash: first.invitedHash })))).toThrow(refused);
  });

  it("is not made unreadable by two people who share one secret code", () => {
    const code = newSecretCode(randomBytes);
    const [one, two] = [drawOf(code), drawOf(code)];
    expect(one.blindedHash).toEqual(two.blindedHash);
    const read = decodeDraws(encodeDraws([two, ...draws, one]));
    expect(read).toHaveLength(draws.length + 2);
    expect(read.every((draw) => checkDraw(draw, keys))).toBe(true);
    // They still have one order only.
    const pair = [one, two].sort((a, b) => compare(a.invitedHash, b.invitedHash)) as [Draw, Draw];
    expect(() => decodeDraws(concat(encodeDraw(pair[1]), encodeDraw(pair[0])))).toThrow(refused);
  });

  it("refuses every length that is not whole records", () => {
    for (const length of [1, 607, 609, 2 * 608 - 1, file.length - 1]) expect(() => decodeDraws(file.subarray(0, length))).toThrow(refused);
  });

  it("throws nothing else, whatever the bytes, and reads only what it would write", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.uint8Array({ maxLength: 3 * DRAW_LENGTH }), (records, input) => {
        const whole = new Uint8Array(records * DRAW_LENGTH);
        whole.set(input.subarray(0, whole.length));
        for (const candidate of [whole, input]) {
          try {
            expect(encodeDraws(decodeDraws(candidate))).toEqual(candidate);
          } catch (error) {
            expect(isAmanaError(error, "ERR_DRAWS_FORMAT")).toBe(true);
          }
        }
      }),
    );
  });
});
