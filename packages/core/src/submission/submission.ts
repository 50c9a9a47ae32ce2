import { concat, equal, H, Reader, SHA256, TAGS, uint, vector } from "../bytes/index.ts";
import { responseNonce, TOKEN_LENGTH, verifyToken } from "../credential/index.ts";
import { checkEnvelope } from "../envelope/index.ts";
import { AmanaError } from "../errors/index.ts";
import { envelopeShape, type Manifest, manifestId, roundEnvelopeLength, roundIssuers, tokenPlaces } from "../manifest/index.ts";
import { isSigningPublicKey, type SigningKey, sign, verify } from "../primitives/index.ts";

/** One version of one person's answer in a round, or one message of a report, as it travels. */
export interface Submission {
  readonly manifestId: Uint8Array;
  /** The audience's place in the manifest; 0 in a reports round. */
  readonly audience: number;
  /** 0 for the first version. Surveys 0..15, reports 0..255. */
  readonly sequence: number;
  readonly responseKey: Uint8Array;
  /** One place per issuer of the largest audience; zeros in places the audience does not have. */
  readonly tokens: readonly Uint8Array[];
  readonly envelope: Uint8Array;
  readonly signature: Uint8Array;
}

const MAGIC = "AMS1";
/** The media type of a submission. */
export const SUBMISSION_TYPE = "application/vnd.amana.submission";
const FIXED = 4 + 32 + 1 + 1 + 32 + 4 + 64;

/** The highest sequence of a round of this kind. */
export function lastSequence(manifest: Manifest): number {
  return manifest.kind === "reports" ? 255 : 15;
}

/** Bytes of every submission of the round: one size for everyone. */
export function submissionLength(manifest: Manifest): number {
  return FIXED + tokenPlaces(manifest) * TOKEN_LENGTH + roundEnvelopeLength(manifest);
}

/**
 *     struct {
 *       opaque magic[4] = "AMS1";  opaque manifestId[32];  uint8 audience;  uint8 sequence;
 *       opaque responseKey[32];  opaque tokens[places][354];
 *       uint32 length;  opaque envelope[length];  opaque signature[64];
 *     } Submission;
 */
export function encodeSubmission(submission: Submission): Uint8Array {
  const bytes = concat(
    new TextEncoder().encode(MAGIC),
    submission.manifestId,
    uint(submission.audience, 1),
    uint(submission.sequence, 1),
    submission.responseKey,
    ...submission.tokens,
    vector(submission.envelope),
    submission.signature,
  );
  if (bytes.length !== FIXED + submission.tokens.length * TOKEN_LENGTH + submission.envelope.length)
    throw new TypeError("a field of the submission has the wrong length");
  return bytes;
}

/** Reads a submission of a given round. The bytes are attacker-controlled. @throws ERR_SUBMISSION_FORMAT */
export function decodeSubmission(bytes: Uint8Array, manifest: Manifest): Submission {
  if (bytes.length !== submissionLength(manifest)) throw new AmanaError("ERR_SUBMISSION_FORMAT");
  const reader = new Reader(bytes, "ERR_SUBMISSION_FORMAT");
  reader.magic(MAGIC);
  const submission: Submission = {
    manifestId: reader.take(32),
    audience: reader.uint8(),
    sequence: reader.uint8(),
    responseKey: reader.take(32),
    tokens: Array.from({ length: tokenPlaces(manifest) }, () => reader.take(TOKEN_LENGTH)),
    envelope: reader.vector(roundEnvelopeLength(manifest)),
    signature: reader.take(64),
  };
  reader.end();
  return submission;
}

/** The round a submission says it is for, read before anything else is known about it. Null when it is no submission. */
export function peekManifestId(bytes: Uint8Array): Uint8Array | null {
  const reader = new Reader(bytes, "ERR_SUBMISSION_FORMAT");
  try {
    reader.magic(MAGIC);
    return reader.take(32);
  } catch {
    return null;
  }
}

/** What the response key signs. */
export function submissionMessage(fields: Omit<Submission, "signature" | "envelope"> & { envelopeHash: Uint8Array }): Uint8Array {
  const { audience, sequence, responseKey, tokens, envelopeHash } = fields;
  return H(TAGS.submission, fields.manifestId, uint(audience, 1), uint(sequence, 1), responseKey, SHA256(concat(...tokens)), envelopeHash);
}

const envelopeHashes = new WeakMap<Submission, Uint8Array>();

/** SHA-256 of a submission's envelope, computed once: signature and leaf both need it, and it is most of what a collector hashes. */
export function envelopeHash(submission: Submission): Uint8Array {
  const known = envelopeHashes.get(submission);
  if (known !== undefined) return known;
  const hash = SHA256(submission.envelope);
  envelopeHashes.set(submission, hash);
  return hash;
}

/** Signs a submission with the response key. The respondent's client calls it. */
export function signSubmission(fields: Omit<Submission, "signature" | "responseKey">, key: SigningKey): Submission {
  const unsigned = { ...fields, responseKey: key.publicKey };
  return { ...unsigned, signature: sign(key, submissionMessage({ ...unsigned, envelopeHash: SHA256(fields.envelope) })) };
}

/** The context a survey's or consultation's envelope is sealed under. */
export function submissionContext(id: Uint8Array, audience: number, responseKey: Uint8Array, sequence: number): Uint8Array {
  return H(TAGS.contextSubmission, id, uint(audience, 1), responseKey, uint(sequence, 1));
}

/** A place without a token. */
export const NO_TOKEN: Uint8Array = new Uint8Array(TOKEN_LENGTH);

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

/**
 * Everything a collector checks that needs no memory, cheap first: round, audience, sequence, envelope shape,
 * signature, tokens. `admitted` says whether this response key is already known: only then may all tokens be zeros.
 * @throws ERR_ROUND_UNKNOWN, ERR_SUBMISSION_FORMAT, ERR_ENVELOPE_FORMAT, ERR_SUBMISSION_SIGNATURE, ERR_TOKEN_MISSING, ERR_TOKEN_INVALID
 */
export function checkSubmission(submission: Submission, manifest: Manifest, admitted: boolean): void {
  // 1. The round.
  if (!equal(submission.manifestId, manifestId(manifest))) throw new AmanaError("ERR_ROUND_UNKNOWN");
  // 2. The audience, the sequence and the response key.
  if (!isPlaced(submission, manifest) || !isSigningPublicKey(submission.responseKey)) throw new AmanaError("ERR_SUBMISSION_FORMAT");
  // 3. The shape of the envelope.
  checkEnvelope(submission.envelope, envelopeShape(manifest));
  // 4. The signature.
  const message = submissionMessage({ ...submission, envelopeHash: envelopeHash(submission) });
  if (!verify(submission.responseKey, message, submission.signature)) throw new AmanaError("ERR_SUBMISSION_SIGNATURE");
  // 5. The tokens.
  const verdict = checkTokens(submission, manifest);
  if (verdict === "invalid") throw new AmanaError("ERR_TOKEN_INVALID");
  if (verdict === "none" && manifest.kind !== "reports" && !admitted) throw new AmanaError("ERR_TOKEN_MISSING");
}

/** Whether a submission or leaf names an audience and a sequence that the round has. */
export function isPlaced({ audience, sequence }: Pick<Submission, "audience" | "sequence">, manifest: Manifest): boolean {
  return audience < (manifest.kind === "reports" ? 1 : manifest.audiences.length) && sequence <= lastSequence(manifest);
}

/**
 * `valid`: all of the audience's issuers signed. `none`: all zeros. `invalid`: anything else, the wrong number of places
 * among it: a leaf says itself how many it has, and one with fewer must not get by with fewer issuers.
 * Keys come from the manifest, never from the submission.
 */
export function checkTokens(
  fields: Pick<Submission, "audience" | "responseKey" | "tokens">,
  manifest: Manifest,
): "valid" | "none" | "invalid" {
  const { audience, responseKey, tokens } = fields;
  if (tokens.length !== tokenPlaces(manifest)) return "invalid";
  if (tokens.every(isZero)) return "none";
  const issuers = roundIssuers(manifest, audience);
  const id = manifestId(manifest);
  const nonce = responseNonce(id, responseKey);
  const right = tokens.every((token, place) => {
    const issuer = issuers[place];
    return issuer === undefined ? isZero(token) : verifyToken(token, { nonce, issuerName: issuer.name, manifestId: id, key: issuer.key });
  });
  return right ? "valid" : "invalid";
}
