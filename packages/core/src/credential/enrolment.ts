import { concat, H, type InvitationCode, Reader, TAGS, uint } from "../bytes/index.ts";
import { SIGNATURE_LENGTH } from "./token.ts";

const CODE_LENGTH = 10;
export const ENROLMENT_LENGTH: number = 4 + 32 + 1 + CODE_LENGTH + 2 * SIGNATURE_LENGTH;
export const ENROLMENT_ANSWER_LENGTH: number = 2 * SIGNATURE_LENGTH + 64;

/** What a client sends to each issuer, with that issuer's own code only. */
export interface EnrolmentRequest {
  readonly manifestId: Uint8Array;
  /** The audience's place in the manifest. */
  readonly audience: number;
  readonly code: InvitationCode;
  /** The blinded message under the key for answering. */
  readonly blinded: Uint8Array;
  /** The blinded message under the key for the mark on reports. */
  readonly reportBlinded: Uint8Array;
}

/** What the issuer answers: the same for the same request until enrolment closes. */
export interface EnrolmentAnswer {
  readonly blindSignature: Uint8Array;
  readonly reportBlindSignature: Uint8Array;
  /** The issuer's Ed25519 signature of what it has to log (see `EnrolmentReceipt`), 64 bytes. */
  readonly receipt: Uint8Array;
}

/**
 * The hash under which an issuer knows an invitation: what the manifest's root is over, and what a draw names.
 * `programmeId` is 32 bytes.
 */
export function invitedHash(programmeId: Uint8Array, roundName: string, issuerName: string, code: InvitationCode): Uint8Array {
  return H(TAGS.invited, programmeId, roundName, issuerName, code);
}

/**
 * 559 bytes:
 *
 *     struct {
 *       opaque magic[4] = "AME1";
 *       opaque manifestId[32];
 *       uint8 audience;
 *       opaque code[10];
 *       opaque blinded[256];
 *       opaque reportBlinded[256];
 *     } EnrolmentRequest;
 */
export function encodeEnrolment(request: EnrolmentRequest): Uint8Array {
  return concat(
    new TextEncoder().encode("AME1"),
    exactly(32, request.manifestId),
    uint(request.audience, 1),
    exactly(CODE_LENGTH, request.code),
    exactly(SIGNATURE_LENGTH, request.blinded),
    exactly(SIGNATURE_LENGTH, request.reportBlinded),
  );
}

/** Reads an enrolment, which is attacker-controlled; the ranges are the issuer's next check. @throws ERR_ENROLMENT_FORMAT */
export function decodeEnrolment(bytes: Uint8Array): EnrolmentRequest {
  const reader = new Reader(bytes, "ERR_ENROLMENT_FORMAT");
  reader.magic("AME1");
  const request = {
    manifestId: reader.take(32),
    audience: reader.uint8(),
    code: reader.take(CODE_LENGTH) as Uint8Array as InvitationCode,
    blinded: reader.take(SIGNATURE_LENGTH),
    reportBlinded: reader.take(SIGNATURE_LENGTH),
  };
  reader.end();
  return request;
}

/** 576 bytes: both blind signatures, and the signature of the receipt. */
export function encodeEnrolmentAnswer(answer: EnrolmentAnswer): Uint8Array {
  return concat(
    exactly(SIGNATURE_LENGTH, answer.blindSignature),
    exactly(SIGNATURE_LENGTH, answer.reportBlindSignature),
    exactly(64, answer.receipt),
  );
}

/** Reads an issuer's answer; `finalize` and the receipt say whether it is worth anything. @throws ERR_ENROLMENT_FORMAT */
export function decodeEnrolmentAnswer(bytes: Uint8Array): EnrolmentAnswer {
  const reader = new Reader(bytes, "ERR_ENROLMENT_FORMAT");
  const answer = {
    blindSignature: reader.take(SIGNATURE_LENGTH),
    reportBlindSignature: reader.take(SIGNATURE_LENGTH),
    receipt: reader.take(64),
  };
  reader.end();
  return answer;
}

function exactly(length: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== length) throw new TypeError(`not ${length} bytes`);
  return bytes;
}
