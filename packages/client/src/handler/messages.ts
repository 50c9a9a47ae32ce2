import { Reader, SHA256, toHex } from "@amana/core/bytes";
import { open, openShare } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { decodeFirstReport, decodeReportDocument, reportContext } from "@amana/core/mailbox";
import { type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { checkSubmission, decodeSubmission, encodeReportLeaf, type Submission, submissionLength } from "@amana/core/submission";
import { type HolderKeys, holderIndex } from "../wire/holder.ts";
import { encodeOpened } from "./opened.ts";

/** Messages by leaf hash out of `vector(submission)*`; attacker-controlled: what was not asked for is left aside. @throws ERR_RESPONSE_INVALID */
export function readMessages(reply: Uint8Array, manifest: Manifest, wanted: ReadonlySet<string>): Map<string, Uint8Array> {
  const reader = new Reader(reply, "ERR_RESPONSE_INVALID");
  const found = new Map<string, Uint8Array>();
  while (reader.left > 0) {
    const bytes = reader.vector(submissionLength(manifest));
    const hash = toHex(leafHash(encodeReportLeaf(bytes)));
    if (wanted.has(hash)) found.set(hash, bytes);
  }
  return found;
}

/** Case records by SHA-256 out of `vector(record)*`; attacker-controlled. @throws ERR_RESPONSE_INVALID */
export function readRecords(reply: Uint8Array, length: number, wanted: ReadonlySet<string>): Map<string, Uint8Array> {
  const reader = new Reader(reply, "ERR_RESPONSE_INVALID");
  const found = new Map<string, Uint8Array>();
  while (reader.left > 0) {
    const bytes = reader.vector(length);
    const hash = toHex(SHA256(bytes));
    if (wanted.has(hash)) found.set(hash, bytes);
  }
  return found;
}

/**
 * Opens one message on the handler's machine: signature, envelope and document are checked, whoever sent it. What comes back is what
 * `OpenedMessages` keeps; nothing for a message that was not sealed or not written as the protocol says.
 */
export async function openMessage(bytes: Uint8Array, manifest: Manifest, keys: HolderKeys): Promise<Uint8Array> {
  try {
    const submission = decodeSubmission(bytes, manifest);
    checkSubmission(submission, manifest, true);
    const plaintext = await openEnvelope(submission, manifest, keys);
    if (submission.sequence === 0) decodeFirstReport(plaintext);
    else decodeReportDocument(plaintext);
    return encodeOpened(submission.responseKey, submission.sequence, plaintext);
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return new Uint8Array(0);
  }
}

async function openEnvelope({ envelope, responseKey, sequence }: Submission, manifest: Manifest, keys: HolderKeys): Promise<Uint8Array> {
  const context = reportContext(manifestId(manifest), responseKey, sequence);
  const share = openShare(envelope, holderIndex(manifest, keys), keys.kem, context);
  if (share === null) throw new AmanaError("ERR_ENVELOPE_SHARES");
  return open(envelope, [share], { recipients: recipients(manifest), threshold: 1, context, size: manifest.size });
}
