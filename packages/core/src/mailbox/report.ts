import * as v from "valibot";
import { checkSchema, concat, decodeJson, encodeJson, H, hex, PROTOCOL, Reader, TAGS, uint } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { KEM_PUBLIC_KEY } from "../primitives/index.ts";
import { ATTACHMENTS_LIMIT } from "./group.ts";
import { decodeMark, encodeMark, HAS_MARK, MARK_LENGTH, type Mark, NO_MARK } from "./mark.ts";

/** What a reporter wrote: chosen options (`{ step: "release", region: "north" }`) and free text. */
export interface ReportDocument {
  readonly protocol: typeof PROTOCOL;
  readonly type: "report" | "follow-up";
  /** The language to answer in. */
  readonly locale: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly text: string;
  /** At most four files; what else is known of them is in their heads. */
  readonly attachments: readonly AttachmentReference[];
}

/** Where a message finds an attachment, and what opens it. Inside the sealed message alone. */
export interface AttachmentReference {
  /** SHA-256 of the head chunk, hex. */
  readonly head: string;
  /** 32 bytes, hex: what the key of its chunks is derived from. */
  readonly seed: string;
}

/** The first message of a report, opened. Mailbox and reply key travel inside, so nobody outside can derive or watch a mailbox. */
export interface FirstReport {
  /** Where replies go: `H("amana/v1 mailbox address", manifestId, mailboxSecret)`, 32 bytes. */
  readonly address: Uint8Array;
  /** X-Wing public key that replies are sealed to. */
  readonly replyKey: Uint8Array;
  readonly mark: Mark | null;
  readonly document: ReportDocument;
}

const documentSchema: v.GenericSchema<unknown, ReportDocument> = v.strictObject({
  protocol: v.literal(PROTOCOL),
  type: v.picklist(["report", "follow-up"]),
  locale: v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/)),
  fields: v.pipe(
    v.record(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)), v.pipe(v.string(), v.maxLength(64))),
    v.check((fields) => Object.keys(fields).length <= 32),
  ),
  // No smaller bound than the envelope's: a text that was sent must be readable.
  text: v.pipe(v.string(), v.maxLength(16_384)),
  attachments: v.pipe(v.array(v.strictObject({ head: hex(32), seed: hex(32) })), v.maxLength(ATTACHMENTS_LIMIT)),
});

const HEAD = 32 + KEM_PUBLIC_KEY + 1;

/** A mailbox's address: known to the reporter, and to the handlers from inside the first message. */
export function mailboxAddress(reportsManifestId: Uint8Array, mailboxSecret: Uint8Array): Uint8Array {
  return H(TAGS.mailbox, reportsManifestId, mailboxSecret);
}

/** The context every message of a report is sealed under. */
export function reportContext(reportsManifestId: Uint8Array, responseKey: Uint8Array, sequence: number): Uint8Array {
  return H(TAGS.contextReport, reportsManifestId, responseKey, uint(sequence, 1));
}

/**
 *     struct {
 *       opaque address[32];  opaque replyKey[1216];  uint8 flags;          // bit 0: the mark is there
 *       opaque mark[1545];                                                 // or zeros
 *       opaque document[..];                                               // canonical JSON
 *     } FirstReport;
 */
export function encodeFirstReport({ address, replyKey, mark, document }: FirstReport): Uint8Array {
  const flags = mark === null ? NO_MARK : HAS_MARK;
  const head = concat(address, replyKey, uint(flags, 1));
  if (head.length !== HEAD) throw new TypeError("an address has 32 bytes, a reply key 1216");
  return concat(head, mark === null ? new Uint8Array(MARK_LENGTH) : encodeMark(mark), encodeDocument(document, "report"));
}

/** Reads the first message of a report; its writer may be hostile. @throws ERR_REPORT_FORMAT, ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeFirstReport(bytes: Uint8Array): FirstReport {
  const reader = new Reader(bytes, "ERR_REPORT_FORMAT");
  const address = reader.take(32);
  const replyKey = reader.take(KEM_PUBLIC_KEY);
  const flags = reader.uint8();
  const mark = decodeMark(reader.take(MARK_LENGTH), flags);
  return { address, replyKey, mark, document: decodeDocument(reader.take(reader.left), "report") };
}

/** Canonical bytes of a follow-up. @throws ERR_JSON_SCHEMA */
export function encodeReportDocument(document: ReportDocument): Uint8Array {
  return encodeDocument(document, "follow-up");
}

/** Reads a follow-up; its writer may be hostile. @throws ERR_REPORT_FORMAT, ERR_BYTES_ENCODING, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeReportDocument(bytes: Uint8Array): ReportDocument {
  return decodeDocument(bytes, "follow-up");
}

/** Keyboards give texts in any normalisation; documents are in NFC. What cannot be read back is refused before it is sent. */
function encodeDocument(document: ReportDocument, type: ReportDocument["type"]): Uint8Array {
  if (document.type !== type) throw new TypeError(`not a ${type}`);
  const fields = Object.fromEntries(Object.entries(document.fields).map(([key, value]) => [key, value.normalize("NFC")]));
  const normal = { ...document, fields, text: document.text.normalize("NFC") };
  return encodeJson(checkSchema(normal, documentSchema));
}

function decodeDocument(bytes: Uint8Array, type: ReportDocument["type"]): ReportDocument {
  const document = decodeJson(bytes, documentSchema);
  if (document.type !== type) throw new AmanaError("ERR_REPORT_FORMAT");
  return document;
}
