import * as round from "./round.mjs";
import { ascii, bytes, cat, envelope, H, hex, json, sha256, signer, token, u8, u16, u32, u64 } from "./tools.mjs";

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

/** What a relay promises for this submission. The request is what stands in front of a ciphertext: only its hash is signed. */
function relayPromise() {
  const relay = signer(bytes("relay"));
  const slot = bytes("relay slot");
  const requestHash = sha256(ascii("an encapsulated request"));
  const releaseAt = 1_800_000_000;
  const signed = relay.sign(H("amana/v1 relay promise", round.surveyId, slot, u8(sequence), requestHash, u64(releaseAt)));
  const struct = cat(ascii("AMY1"), round.surveyId, slot, u8(sequence), requestHash, u64(releaseAt), signed);
  return { seed: hex(relay.seed), slot: hex(slot), requestHash: hex(requestHash), releaseAt, bytes: hex(struct) };
}

/** RFC 9292, known-length; 4-byte lengths of variable-length integers begin with the bits 10. */
function gatewayRequest() {
  const long = (length) => u32(length + 2 ** 31);
  const short = (text) => cat(u8(text.length), ascii(text));
  const fields = cat(short("content-type"), short("application/vnd.amana.submission"));
  const head = cat(u8(0), short("POST"), short("https"), short(""), short("/submissions"), u8(fields.length), fields);
  const content =
    submission.length < 2 ** 14 ? cat(u16(submission.length + 2 ** 14), submission) : cat(long(submission.length), submission);
  const bytes = Buffer.alloc(submission.length + 512);
  cat(head, content, u8(0)).copy(bytes);
  return hex(bytes);
}

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
    relayPromise: relayPromise(),
    gatewayRequest: gatewayRequest(),
    promise: { epoch: 7, signature: hex(promised), bytes: hex(cat(ascii("AMP1"), round.surveyId, leafHash, u32(7), promised)) },
  };
}
