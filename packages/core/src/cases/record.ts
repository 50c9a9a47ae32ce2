import { checkSchema, concat, decodeJson, encodeJson, fromHex, H, Reader, type Rng, SHA256, TAGS, toHex, uint } from "../bytes/index.ts";
import { checkEnvelope, type EnvelopeSpec, envelopeLength, open, openShare, seal } from "../envelope/index.ts";
import { AmanaError, isAmanaError } from "../errors/index.ts";
import { envelopeShape, keyHolders, type Manifest, manifestId, recipients } from "../manifest/index.ts";
import { type KemKey, randomBytes, type SigningKey, sign, verify } from "../primitives/index.ts";
import { type CaseDocument, caseDocumentSchema } from "./model.ts";

/** Bytes of a record's padded plaintext, whatever it says: the longest reply fits, however its characters are written. */
export const CASE_RECORD_SIZE = 8192;

/** A record, opened and checked. */
export interface CaseRecord {
  /** What its writer signed, hex: a record that is handed over twice, or sealed again by somebody else, is one. */
  readonly id: string;
  /** Who wrote it: the index of a handler of this round. */
  readonly handler: number;
  readonly document: CaseDocument;
}

/** Bytes of every record of a round. */
export function caseRecordLength(reports: Manifest): number {
  return envelopeLength(keyHolders(reports).length, CASE_RECORD_SIZE);
}

/** What a server demands of a record, which it cannot open: an envelope of its size to all handlers. Attacker-controlled. @throws ERR_CASE_RECORD */
export function checkCaseRecord(bytes: Uint8Array, reports: Manifest): void {
  try {
    checkEnvelope(bytes, { ...envelopeShape(reports), size: CASE_RECORD_SIZE });
  } catch {
    throw new AmanaError("ERR_CASE_RECORD");
  }
}

function spec(reports: Manifest): EnvelopeSpec {
  const context = H(TAGS.contextCaseRecord, manifestId(reports));
  return { recipients: recipients(reports), threshold: 1, context, size: CASE_RECORD_SIZE };
}

function recordMessage(reports: Manifest, handler: number, document: Uint8Array): Uint8Array {
  return H(TAGS.caseRecord, manifestId(reports), uint(handler, 1), SHA256(document));
}

/**
 *     struct {
 *       uint8 handler;  opaque signature[64];       // over H("amana/v1 case record", manifestId, u8 handler, SHA-256(document))
 *       opaque document[..];                        // canonical JSON
 *     } CaseRecord;                                 // plaintext of an envelope to all handlers, k = 1, of 8,192 bytes
 *
 * A handler's tool calls it. From outside all records of a round look alike: which case, what and who is inside.
 * @throws ERR_ENVELOPE_SIZE for a text that is too long, ERR_JSON_SCHEMA for a change that is none
 */
export function sealCaseRecord(
  fields: { reports: Manifest; handler: number; document: CaseDocument },
  key: SigningKey,
  rng: Rng = randomBytes,
): { readonly bytes: Uint8Array; readonly record: CaseRecord } {
  const { reports, handler } = fields;
  const document = checkSchema(fields.document, caseDocumentSchema);
  const bytes = encodeJson(document);
  const message = recordMessage(reports, handler, bytes);
  const plaintext = concat(uint(handler, 1), sign(key, message), bytes);
  return { bytes: seal(plaintext, { ...spec(reports), rng }), record: { id: toHex(message), handler, document } };
}

/**
 * Opens a record. A handler's tool calls it for each that the server hands over; both server and writer may be hostile: one that no
 * handler of this round signed, that was sealed in another round or dishonestly, or names a handler that there is not, is refused.
 * `index` is the reader's own place in the manifest.
 * @throws ERR_CASE_RECORD
 */
export async function openCaseRecord(bytes: Uint8Array, reports: Manifest, index: number, key: KemKey): Promise<CaseRecord> {
  const to = spec(reports);
  try {
    // 1. The envelope: every handler opens the same, or nobody anything.
    const share = openShare(bytes, index, key, to.context);
    if (share === null) throw new AmanaError("ERR_CASE_RECORD");
    const reader = new Reader(await open(bytes, [share], to), "ERR_CASE_RECORD");
    // 2. The signature of a handler of this round.
    const handler = reader.uint8();
    const signature = reader.take(64);
    const body = reader.take(reader.left);
    const message = recordMessage(reports, handler, body);
    const holder = keyHolders(reports)[handler];
    if (holder === undefined || !verify(fromHex(holder.signingKey), message, signature)) throw new AmanaError("ERR_CASE_RECORD");
    // 3. The document.
    const document = decodeJson(body, caseDocumentSchema);
    const { change } = document;
    if (change.kind === "assign" && change.to !== null && change.to >= keyHolders(reports).length) throw new AmanaError("ERR_CASE_RECORD");
    return { id: toHex(message), handler, document };
  } catch (error) {
    throw isAmanaError(error) ? new AmanaError("ERR_CASE_RECORD") : error;
  }
}
