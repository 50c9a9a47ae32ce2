export { type Blinding, blind, finalize } from "./client.ts";
export { drawLists, listBits, listOf, SMALLEST_LIST } from "./draw-lists.ts";
export { blindedHash, checkDraw, DRAW_LENGTH, type Draw, decodeDraws, encodeDraw, encodeDraws, type IssuerKeys } from "./draws.ts";
export {
  decodeEnrolment,
  decodeEnrolmentAnswer,
  ENROLMENT_ANSWER_LENGTH,
  ENROLMENT_LENGTH,
  type EnrolmentAnswer,
  type EnrolmentRequest,
  encodeEnrolment,
  encodeEnrolmentAnswer,
  invitedHash,
} from "./enrolment.ts";
export { blindSign, checkBlinded, generateIssuerKey, type IssuerKeyPair, type IssuerPrivateKey, openIssuerKey } from "./issuer.ts";
export { mailboxSecret, relaySlot, replyKemKey, reportSigningKey, responseSigningKey } from "./keys.ts";
export {
  decodeEnrolmentReceipt,
  ENROLMENT_RECEIPT_LENGTH,
  type EnrolmentPlace,
  type EnrolmentReceipt,
  encodeEnrolmentReceipt,
  formatEnrolmentReceipt,
  parseEnrolmentReceipt,
  signEnrolmentReceipt,
  verifyEnrolmentReceipt,
} from "./receipt.ts";
export { encodeIssuerKey, type IssuerKey, parseIssuerKey } from "./spki.ts";
export { reportNonce, responseNonce, TOKEN_LENGTH, type TokenBinding, tokenInput } from "./token.ts";
export { verifyToken } from "./verifier.ts";
