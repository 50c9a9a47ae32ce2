import { AmanaError, type ErrorCode, isAmanaError } from "@amana/core/errors";
import type { Reply } from "./reply.ts";

/** Codes that are not "your request is wrong" (400). */
const STATUS: Partial<Record<ErrorCode, number>> = {
  ERR_TOKEN_INVALID: 403,
  ERR_TOKEN_MISSING: 403,
  ERR_SUBMISSION_SIGNATURE: 403,
  ERR_INVITATION_UNKNOWN: 403,
  ERR_INVITATION_REPLACED: 403,
  ERR_ENROLMENT_RECEIPT: 403,
  ERR_FETCH_REFUSED: 403,
  ERR_COSIGNATURE: 403,
  ERR_RELEASE_INVALID: 403,
  ERR_WORK_MISSING: 403,

  ERR_NOT_FOUND: 404,
  ERR_ROUND_UNKNOWN: 404,
  ERR_DRAFT_UNKNOWN: 404,
  ERR_AMENDMENT_UNKNOWN: 404,
  ERR_METHOD: 405,
  ERR_BODY_SLOW: 408,

  ERR_INVITATION_USED: 409,
  ERR_ISSUER_RECORD: 409,
  ERR_SEQUENCE_USED: 409,
  ERR_REVISIONS_SPENT: 409,
  ERR_MAILBOX_GAP: 409,
  ERR_UPLOAD_INCOMPLETE: 409,
  ERR_UPLOAD_USED: 409,
  ERR_ATTACHMENTS_FULL: 409,
  ERR_CHANNEL_FULL: 409,
  ERR_ENTRY_REFUSED: 409,
  ERR_NOT_DUE: 409,
  ERR_ROUND_CLOSED: 409,
  ERR_ROUND_CANCELLED: 409,
  ERR_ROUND_NOT_OPEN: 409,
  ERR_ROUND_TOO_FEW: 409,
  ERR_RELAY_REQUIRED: 409,
  ERR_MANIFEST_SECOND: 409,
  ERR_DRAFT_EXISTS: 409,
  ERR_AMENDMENT_INVALID: 409,

  ERR_BODY_SIZE: 413,
  ERR_MEDIA_TYPE: 415,

  ERR_INTERNAL: 500,
  ERR_SIGNATURE_FAULT: 500,
  ERR_STORE_DAMAGED: 500,
  ERR_LEDGER_MISSING: 500,
  ERR_OVERLOADED: 503,
  ERR_LEDGER_BEHIND: 503,
  ERR_STORE_WRITE: 503,
  ERR_STORE_BUSY: 503,
};

/** Problem documents are filled up with spaces to a multiple of this: from outside, one refusal looks like another. */
const STEP = 512;
/** What a `Retry-After` adds to the reply is taken off its body. */
const RETRY_AFTER = "Retry-After";

/** The HTTP status of a code. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? 400;
}

/** The error as it may be told: an unknown one is `ERR_INTERNAL` and says nothing of itself. */
export function tellable(error: unknown): AmanaError {
  return isAmanaError(error) ? error : new AmanaError("ERR_INTERNAL");
}

/**
 * An RFC 9457 problem document: code, sentence, and the few public facts of `ErrorDetails`. It never repeats the input.
 * `withProblems` is for operators: what a stranger sent is not analysed for them.
 */
export function problemReply(error: AmanaError, withProblems = false): Reply {
  const { highestSequence, retryAfter, problems } = error.details;
  const status = statusOf(error.code);
  const body = {
    type: `errors#${error.code}`,
    title: error.message,
    status,
    code: error.code,
    ...(highestSequence === undefined ? {} : { highestSequence }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(problems === undefined || !withProblems ? {} : { problems }),
  };
  const text = new TextEncoder().encode(JSON.stringify(body));
  const header = retryAfter === undefined ? 0 : `${RETRY_AFTER}: ${retryAfter}\r\n`.length;
  const filled = new Uint8Array(Math.ceil((text.length + header) / STEP) * STEP - header).fill(0x20);
  filled.set(text);
  return {
    status,
    type: "application/problem+json",
    body: filled,
    headers: retryAfter === undefined ? {} : { [RETRY_AFTER]: String(retryAfter) },
  };
}
