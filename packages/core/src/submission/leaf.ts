import { concat, Reader, SHA256, uint } from "../bytes/index.ts";
import { TOKEN_LENGTH } from "../credential/index.ts";
import { AmanaError } from "../errors/index.ts";
import { MAX_ISSUERS } from "../manifest/index.ts";
import { verify } from "../primitives/index.ts";
import { envelopeHash, type Submission, submissionMessage } from "./submission.ts";

/** A submission as the ledger keeps it: everything but the ciphertext, which nobody can harvest there. */
export interface SubmissionLeaf extends Omit<Submission, "envelope"> {
  readonly envelopeHash: Uint8Array;
}

const MAGIC = "AML1";
const FIXED = 4 + 32 + 1 + 1 + 1 + 32 + 32 + 64;
const REPORT_MAGIC = "AMR1";

/**
 *     struct {
 *       opaque magic[4] = "AML1";  opaque manifestId[32];  uint8 audience;  uint8 sequence;  uint8 places;
 *       opaque responseKey[32];  opaque tokens[places][354];  opaque envelopeHash[32];  opaque signature[64];
 *     } SubmissionLeaf;
 */
export function encodeSubmissionLeaf(submission: Submission): Uint8Array {
  const bytes = concat(
    new TextEncoder().encode(MAGIC),
    submission.manifestId,
    uint(submission.audience, 1),
    uint(submission.sequence, 1),
    uint(submission.tokens.length, 1),
    submission.responseKey,
    ...submission.tokens,
    envelopeHash(submission),
    submission.signature,
  );
  if (bytes.length !== FIXED + submission.tokens.length * TOKEN_LENGTH)
    throw new TypeError("a field of the submission has the wrong length");
  return bytes;
}

/** Reads a submission leaf; the bytes are attacker-controlled. @throws ERR_ENTRY_INVALID */
export function decodeSubmissionLeaf(bytes: Uint8Array): SubmissionLeaf {
  const reader = new Reader(bytes, "ERR_ENTRY_INVALID");
  reader.magic(MAGIC);
  const head = { manifestId: reader.take(32), audience: reader.uint8(), sequence: reader.uint8() };
  const places = reader.uint8();
  if (places > MAX_ISSUERS || bytes.length !== FIXED + places * TOKEN_LENGTH) throw new AmanaError("ERR_ENTRY_INVALID");
  const leaf: SubmissionLeaf = {
    ...head,
    responseKey: reader.take(32),
    tokens: Array.from({ length: places }, () => reader.take(TOKEN_LENGTH)),
    envelopeHash: reader.take(32),
    signature: reader.take(64),
  };
  reader.end();
  return leaf;
}

/** Whether the response key signed this leaf. Its audience, sequence and tokens are for `Selection` and auditors to judge. */
export function verifySubmissionLeaf(leaf: SubmissionLeaf): boolean {
  return verify(leaf.responseKey, submissionMessage(leaf), leaf.signature);
}

/**
 * A report's leaf is opaque: `"AMR1" ‖ SHA-256(submission)`. Reporter and handlers know the submission; nobody else learns
 * from the ledger who wrote twice.
 */
export function encodeReportLeaf(submission: Uint8Array): Uint8Array {
  return concat(new TextEncoder().encode(REPORT_MAGIC), SHA256(submission));
}

/** The hash in a report's leaf. @throws ERR_ENTRY_INVALID */
export function decodeReportLeaf(bytes: Uint8Array): Uint8Array {
  const reader = new Reader(bytes, "ERR_ENTRY_INVALID");
  reader.magic(REPORT_MAGIC);
  const hash = reader.take(32);
  reader.end();
  return hash;
}
