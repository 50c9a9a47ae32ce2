import * as round from "./round.mjs";
import { ascii, bytes, cat, envelope, H, hex, json, sha256, signer, token, u8, u16, u32 } from "./tools.mjs";

/** An official who answers L1 = 3, S1 = b, C1 = "yes". */
const key = signer(bytes("respondent"));
const sequence = 0;
const ballot = cat(
  ascii("AMB1"),
  u8(1),
  H("amana/v1 questionnaire", json(round.questionnaires[0])),
  u8(3),
  u8(2),
  u16(3),
  ascii("yes"),
  Buffer.alloc(37),
);
const context = H("amana/v1 context submission", round.surveyId, u8(0), key.publicKey, u8(sequence));
export const sealed = envelope({
  seed: bytes("submission seed"),
  recipients: round.trustees.map(({ kem }) => kem.publicKey),
  threshold: 2,
  context,
  size: 81,
  plaintext: ballot,
});
const nonce = H("amana/v1 response key", round.surveyId, key.publicKey);
const tokens = round.survey.audiences[0].issuers.map(({ name }, index) =>
  token(round.issuerKeys[index].answering, nonce, name, round.surveyId, bytes(`pss salt ${index}`, 48)),
);
const message = H("amana/v1 submission", round.surveyId, u8(0), u8(sequence), key.publicKey, sha256(...tokens), sha256(sealed.envelope));
const signature = key.sign(message);
const submission = cat(
  ascii("AMS1"),
  round.surveyId,
  u8(0),
  u8(sequence),
  key.publicKey,
  ...tokens,
  u32(sealed.envelope.length),
  sealed.envelope,
  signature,
);
export const leaf = cat(
  ascii("AML1"),
  round.surveyId,
  u8(0),
  u8(sequence),
  u8(2),
  key.publicKey,
  ...tokens,
  sha256(sealed.envelope),
  signature,
);
export const leafHash = sha256(u8(0), leaf);

export function submissionVectors() {
  const promiser = signer(bytes("promises"));
  const promised = promiser.sign(H("amana/v1 promise", round.surveyId, leafHash, u32(7)));
  return {
    responseSeed: hex(key.seed),
    audience: 0,
    sequence,
    responseKey: hex(key.publicKey),
    context: hex(context),
    ballot: hex(ballot),
    nonce: hex(nonce),
    tokens: tokens.map(hex),
    envelope: hex(sealed.envelope),
    envelopeHash: hex(sha256(sealed.envelope)),
    message: hex(message),
    signature: hex(signature),
    submission: hex(submission),
    leaf: hex(leaf),
    leafHash: hex(leafHash),
    reportLeaf: hex(cat(ascii("AMR1"), sha256(submission))),
    promise: { epoch: 7, signature: hex(promised), bytes: hex(cat(ascii("AMP1"), round.surveyId, leafHash, u32(7), promised)) },
  };
}
