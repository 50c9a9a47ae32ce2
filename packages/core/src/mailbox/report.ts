import * as v from "valibot";
import { concat, decodeJson, encodeJson, H, PROTOCOL, Reader, TAGS, uint } from "../bytes/index.ts";
import { KEM_PUBLIC_KEY } from "../primitives/index.ts";
import { decodeMark, encodeMark, MARK_LENGTH, type Mark } from "./mark.ts";

/** What a reporter wrote: chosen options (`{ step: "release", region: "north" }`) and free text. */
export interface ReportDocument {
  readonly protocol: typeof PROTOCOL;
  readonly type: "report" | "follow-up";
  /** The language to answer in. */
  readonly locale: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly text: string;
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
  text: v.pipe(v.string(), v.maxLength(12_000)),
});

const HAS_MARK = 1;

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
 *       opaque mark[MARK_LENGTH];                                          // or zeros
 *       opaque document[..];                                               // canonical JSON
 *     } FirstReport;
 */
export function encodeFirstReport({ address, replyKey, mark, document }: FirstReport): Uint8Array {
  return concat(
    address,
    replyKey,
    uint(mark === null ? 0 : HAS_MARK, 1),
    mark === null ? new Uint8Array(MARK_LENGTH) : encodeMark(mark),
    encodeJson(document),
  );
}

/** Reads the first message of a report; its writer may be hostile. @throws ERR_REPORT_FORMAT, ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeFirstReport(bytes: Uint8Array): FirstReport {
  const reader = new Reader(bytes, "ERR_REPORT_FORMAT");
  const address = reader.take(32);
  const replyKey = reader.take(KEM_PUBLIC_KEY);
  const flags = reader.uint8();
  const mark = reader.take(MARK_LENGTH);
  const document = decodeReportDocument(reader.take(reader.left));
  return { address, replyKey, mark: decodeMark(mark, flags === HAS_MARK, flags), document };
}

/** Canonical bytes of a follow-up. */
export function encodeReportDocument(document: ReportDocument): Uint8Array {
  return encodeJson(document);
}

/** Reads a follow-up; its writer may be hostile. @throws ERR_JSON_CANONICAL, ERR_JSON_SCHEMA */
export function decodeReportDocument(bytes: Uint8Array): ReportDocument {
  return decodeJson(bytes, documentSchema);
}
