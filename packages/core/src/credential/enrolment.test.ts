import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, type InvitationCode, newInvitationCode } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { randomBytes } from "../primitives/index.ts";
import {
  decodeEnrolment,
  decodeEnrolmentAnswer,
  ENROLMENT_ANSWER_LENGTH,
  ENROLMENT_LENGTH,
  encodeEnrolment,
  encodeEnrolmentAnswer,
  invitedHash,
} from "./index.ts";
import vectors from "./vectors/protocol.json" with { type: "json" };

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const requests = fc.record({
  manifestId: bytes(32),
  audience: fc.nat(255),
  code: bytes(10).map((code) => code as InvitationCode),
  blinded: bytes(256),
  reportBlinded: bytes(256),
});
const refused = expect.objectContaining({ code: "ERR_ENROLMENT_FORMAT" });

describe("EnrolmentRequest", () => {
  it("is laid out as written", () => {
    const request = {
      manifestId: new Uint8Array(32).fill(1),
      audience: 2,
      code: new Uint8Array(10).fill(3) as Uint8Array as InvitationCode,
      blinded: new Uint8Array(256).fill(4),
      reportBlinded: new Uint8Array(256).fill(5),
    };
    expect(Buffer.from(encodeEnrolment(request)).toString("hex")).toBe(
      `414d4531${"01".repeat(32)}02${"03".repeat(10)}${"04".repeat(256)}${"05".repeat(256)}`,
    );
    expect(ENROLMENT_LENGTH).toBe(559);
  });

  it("goes there and back, from views too, and always has one length", () => {
    fc.assert(
      fc.property(requests, (request) => {
        const encoded = encodeEnrolment(request);
        expect(encoded).toHaveLength(ENROLMENT_LENGTH);
        expect(decodeEnrolment(encoded)).toEqual(request);
        expect(decodeEnrolment(concat(encoded, encoded).subarray(ENROLMENT_LENGTH))).toEqual(request);
      }),
    );
  });

  it("refuses every truncation, trailing bytes and another magic", () => {
    const encoded = fromHex(vectors.enrolment);
    for (let length = 0; length < encoded.length; length++) expect(() => decodeEnrolment(encoded.subarray(0, length))).toThrow(refused);
    expect(() => decodeEnrolment(concat(encoded, new Uint8Array(1)))).toThrow(refused);
    for (let i = 0; i < 4; i++) expect(() => decodeEnrolment(encoded.map((byte, at) => (at === i ? byte ^ 1 : byte)))).toThrow(refused);
  });

  it("throws nothing else, whatever the bytes, and reads only what it would write", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 600 }),
          bytes(555).map((rest) => concat(fromHex("414d4531"), rest)),
        ),
        (input) => {
          try {
            expect(encodeEnrolment(decodeEnrolment(input))).toEqual(input);
          } catch (error) {
            expect(isAmanaError(error, "ERR_ENROLMENT_FORMAT")).toBe(true);
          }
        },
      ),
    );
  });

  it("takes fields of the right widths only", () => {
    const request = decodeEnrolment(fromHex(vectors.enrolment));
    expect(() => encodeEnrolment({ ...request, manifestId: new Uint8Array(31) })).toThrow(TypeError);
    expect(() => encodeEnrolment({ ...request, code: new Uint8Array(11) as Uint8Array as InvitationCode })).toThrow(TypeError);
    expect(() => encodeEnrolment({ ...request, blinded: new Uint8Array(255) })).toThrow(TypeError);
    expect(() => encodeEnrolment({ ...request, reportBlinded: new Uint8Array(257) })).toThrow(TypeError);
    expect(() => encodeEnrolment({ ...request, audience: 256 })).toThrow(TypeError);
  });
});

describe("the answer", () => {
  it("is two blind signatures and that of the receipt, and nothing else", () => {
    const answer = {
      blindSignature: new Uint8Array(256).fill(1),
      reportBlindSignature: new Uint8Array(256).fill(2),
      receipt: new Uint8Array(64).fill(3),
    };
    const encoded = encodeEnrolmentAnswer(answer);
    expect(encoded).toEqual(concat(answer.blindSignature, answer.reportBlindSignature, answer.receipt));
    expect(ENROLMENT_ANSWER_LENGTH).toBe(576);
    expect(encoded).toHaveLength(ENROLMENT_ANSWER_LENGTH);
    expect(decodeEnrolmentAnswer(encoded)).toEqual(answer);
    for (const length of [0, 255, 256, 512, 575]) expect(() => decodeEnrolmentAnswer(encoded.subarray(0, length))).toThrow(refused);
    expect(() => decodeEnrolmentAnswer(concat(encoded, new Uint8Array(1)))).toThrow(refused);
    expect(() => encodeEnrolmentAnswer({ ...answer, blindSignature: new Uint8Array(1) })).toThrow(TypeError);
    expect(() => encodeEnrolmentAnswer({ ...answer, receipt: new Uint8Array(63) })).toThrow(TypeError);
  });
});

describe("invitedHash", () => {
  it("differs with the programme, the round, the issuer and the code", () => {
    const programme = fromHex(vectors.programmeId);
    const code = newInvitationCode(randomBytes);
    const hashes = [
      invitedHash(programme, "a", "b", code),
      invitedHash(new Uint8Array(32), "a", "b", code),
      invitedHash(programme, "ab", "", code),
      invitedHash(programme, "", "ab", code),
      invitedHash(programme, "a", "b", newInvitationCode(randomBytes)),
    ];
    expect(new Set(hashes.map((hash) => hash.join())).size).toBe(5);
  });
});
