import { concat, fromHex, H, Reader, TAGS, toHex, uint, utf8 } from "../bytes/index.ts";
import { type SigningKey, sign, verify } from "../primitives/index.ts";
import { checkDraw, DRAW_LENGTH, type Draw, encodeDraw, type IssuerKeys, readDraw } from "./draws.ts";

export const ENROLMENT_RECEIPT_LENGTH: number = 4 + 32 + 1 + DRAW_LENGTH + 64;

/** What one enrolment was about. A receipt's signature covers all of it but the two blind signatures, which prove themselves. */
export interface EnrolmentPlace {
  /** 32 bytes. */
  readonly manifestId: Uint8Array;
  /** The audience's place in the manifest. */
  readonly audience: number;
  /** The issuer's name in the manifest. */
  readonly issuer: string;
}

/**
 * Proof that an issuer signed a draw, for whoever drew. If the issuer does not log the draw, it convicts it. It names the
 * invitation and nothing of the answer: harmless to show to anyone but those who must not know that its holder enrolled.
 */
export interface EnrolmentReceipt extends EnrolmentPlace {
  readonly draw: Draw;
  /** 64 bytes, by the issuer's `signingKey`. */
  readonly signature: Uint8Array;
}

/** `H("amana/v1 enrolment receipt", manifestId, u8 audience, issuer, invitedHash, blindedHash, reportBlindedHash)` */
function message({ manifestId, audience, issuer }: EnrolmentPlace, draw: Draw): Uint8Array {
  return H(TAGS.enrolmentReceipt, manifestId, uint(audience, 1), issuer, draw.invitedHash, draw.blindedHash, draw.reportBlindedHash);
}

/** The issuer's part of a receipt; it leaves after the claim is durable. Deterministic: a retry gets the same bytes. */
export function signEnrolmentReceipt(place: EnrolmentPlace, draw: Draw, key: SigningKey): Uint8Array {
  return sign(key, message(place, draw));
}

/**
 * Whether the issuer with these keys signed the receipt and both of its blind signatures. Raw RSA signatures alone would prove nothing:
 * anyone chooses s, computes s^e and hashes it (see `attacks.test.ts`).
 */
export function verifyEnrolmentReceipt(receipt: EnrolmentReceipt, keys: IssuerKeys & { readonly signingKey: Uint8Array }): boolean {
  return verify(keys.signingKey, message(receipt, receipt.draw), receipt.signature) && checkDraw(receipt.draw, keys);
}

/**
 * 709 bytes. The issuer's name is not in it: it is where the receipt is handed in.
 *
 *     struct {
 *       opaque magic[4] = "AMO1";
 *       opaque manifestId[32];
 *       uint8 audience;
 *       Draw draw;
 *       opaque signature[64];
 *     } EnrolmentReceipt;
 */
export function encodeEnrolmentReceipt(receipt: EnrolmentReceipt): Uint8Array {
  const bytes = concat(utf8("AMO1"), receipt.manifestId, uint(receipt.audience, 1), encodeDraw(receipt.draw), receipt.signature);
  if (bytes.length !== ENROLMENT_RECEIPT_LENGTH) throw new TypeError(`a receipt has ${ENROLMENT_RECEIPT_LENGTH} bytes`);
  return bytes;
}

/** Reads a receipt that was handed in to the issuer `issuer`. Attacker-controlled. @throws ERR_ENROLMENT_RECEIPT */
export function decodeEnrolmentReceipt(bytes: Uint8Array, issuer: string): EnrolmentReceipt {
  const reader = new Reader(bytes, "ERR_ENROLMENT_RECEIPT");
  reader.magic("AMO1");
  const receipt = { manifestId: reader.take(32), audience: reader.uint8(), issuer, draw: readDraw(reader), signature: reader.take(64) };
  reader.end();
  return receipt;
}

const TITLE = "amana/1 enrolment receipt";

/** A receipt as a person keeps it: four lines. */
export function formatEnrolmentReceipt(round: string, receipt: EnrolmentReceipt): string {
  return `${TITLE}\nround ${round}\nissuer ${receipt.issuer}\nreceipt ${toHex(encodeEnrolmentReceipt(receipt))}\n`;
}

const TEXT = new RegExp(`^\\s*${TITLE}\\s+round ([a-z0-9-]{1,64})\\s+issuer ([a-z0-9-]{1,64})\\s+receipt ((?:[0-9a-f]{2}){1,1024})\\s*$`);

/** Reads it again, with the round's name. White space around lines does not matter. Attacker-controlled. @throws ERR_ENROLMENT_RECEIPT */
export function parseEnrolmentReceipt(text: string): { readonly round: string; readonly receipt: EnrolmentReceipt } {
  const [, round = "", issuer = "", hex = ""] = TEXT.exec(text) ?? [];
  return { round, receipt: decodeEnrolmentReceipt(fromHex(hex), issuer) };
}
