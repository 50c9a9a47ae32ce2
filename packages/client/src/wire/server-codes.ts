import type { ErrorCode } from "@amana/core/errors";

/**
 * The codes that a server may answer with. Verdicts that this side alone can come to are not among them: a server that says
 * `ERR_CLOCK_WRONG` would have people set their clocks back until an old ledger looks fresh, and `ERR_NETWORK` would pass for a
 * network that failed. What it may say is still only its word: nobody's safety depends on the code being true.
 */
const SERVER_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  "ERR_AMENDMENT_INVALID",
  "ERR_AMENDMENT_UNKNOWN",
  "ERR_ATTACHMENT_FORMAT",
  "ERR_ATTACHMENTS_FULL",
  "ERR_BINARY_HTTP",
  "ERR_BLIND_INPUT",
  "ERR_BODY_SIZE",
  "ERR_BODY_SLOW",
  "ERR_BYTES_ENCODING",
  "ERR_BYTES_LENGTH",
  "ERR_COMMITMENT_MISMATCH",
  "ERR_COSIGNATURE",
  "ERR_DRAFT_UNKNOWN",
  "ERR_ENCAPSULATION",
  "ERR_ENROLMENT_FORMAT",
  "ERR_ENROLMENT_RECEIPT",
  "ERR_ISSUER_RECORD",
  "ERR_DRAWS_FORMAT",
  "ERR_ENTRY_INVALID",
  "ERR_ENTRY_REFUSED",
  "ERR_ENVELOPE_FORMAT",
  "ERR_FETCH_REFUSED",
  "ERR_INTERNAL",
  "ERR_INVITATION_REPLACED",
  "ERR_INVITATION_UNKNOWN",
  "ERR_INVITATION_USED",
  "ERR_JSON_CANONICAL",
  "ERR_JSON_SCHEMA",
  "ERR_LEDGER_BEHIND",
  "ERR_MAILBOX_GAP",
  "ERR_MANIFEST_INVALID",
  "ERR_MANIFEST_SECOND",
  "ERR_MEDIA_TYPE",
  "ERR_METHOD",
  "ERR_NOT_DUE",
  "ERR_NOT_FOUND",
  "ERR_OVERLOADED",
  "ERR_RELAY_REQUIRED",
  "ERR_RELEASE_INVALID",
  "ERR_REPLY_INVALID",
  "ERR_REPORT_FORMAT",
  "ERR_REVISIONS_SPENT",
  "ERR_ROUND_CANCELLED",
  "ERR_ROUND_CLOSED",
  "ERR_ROUND_NOT_OPEN",
  "ERR_ROUND_TOO_FEW",
  "ERR_ROUND_UNKNOWN",
  "ERR_SEQUENCE_USED",
  "ERR_SHARE_LIST_FORMAT",
  "ERR_SIGNATURE_FAULT",
  "ERR_STORE_BUSY",
  "ERR_STORE_DAMAGED",
  "ERR_STORE_WRITE",
  "ERR_SUBMISSION_FORMAT",
  "ERR_SUBMISSION_SIGNATURE",
  "ERR_TOKEN_INVALID",
  "ERR_TOKEN_MISSING",
  "ERR_UPLOAD_INCOMPLETE",
  "ERR_UPLOAD_USED",
  "ERR_WORK_MISSING",
]);

/** Whether a server may answer with this. */
export function isServerCode(code: unknown): code is ErrorCode {
  return typeof code === "string" && SERVER_CODES.has(code);
}
