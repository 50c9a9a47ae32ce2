import { type ErrorCode, isAmanaError } from "@amana/core/errors";
import type { Catalogue, ErrorTexts } from "./model.ts";
import { fill } from "./text.ts";

/** Which sentence tells a person about a code. Codes that only tools and servers meet fall to `other`. */
const GROUPS: Partial<Readonly<Record<ErrorCode, keyof ErrorTexts>>> = {
  ERR_NETWORK: "network",
  ERR_OVERLOADED: "busy",
  ERR_INTERNAL: "server",
  ERR_STORE_WRITE: "server",
  ERR_LEDGER_BEHIND: "server",
  ERR_STORE_BUSY: "server",
  ERR_RESPONSE_INVALID: "protocol",
  ERR_BODY_SIZE: "protocol",
  ERR_MEDIA_TYPE: "protocol",
  ERR_BYTES_ENCODING: "protocol",
  ERR_BYTES_LENGTH: "protocol",
  ERR_ENROLMENT_FORMAT: "protocol",
  ERR_SUBMISSION_FORMAT: "protocol",
  ERR_SUBMISSION_SIGNATURE: "protocol",
  ERR_REPORT_FORMAT: "protocol",
  ERR_TOKEN_INVALID: "protocol",
  ERR_TOKEN_MISSING: "noRight",
  ERR_BLIND_INPUT: "protocol",
  ERR_ISSUER_KEY: "rules",
  ERR_WORK_MISSING: "protocol",
  ERR_PROGRAMME_MISMATCH: "genuine",
  ERR_PROGRAMME_INVALID: "genuine",
  ERR_MANIFEST_INVALID: "rules",
  ERR_AMENDMENT_INVALID: "rules",
  ERR_MANIFEST_SECOND: "second",
  ERR_COSIGNATURE: "unconfirmed",
  ERR_QUESTIONNAIRE_MISMATCH: "questions",
  ERR_QUESTIONNAIRE_INVALID: "questions",
  ERR_JSON_CANONICAL: "records",
  ERR_JSON_SCHEMA: "records",
  ERR_ENTRY_INVALID: "records",
  ERR_LEDGER_CONSISTENCY: "records",
  ERR_LEDGER_FORMAT: "records",
  ERR_LEDGER_INCLUSION: "records",
  ERR_LEDGER_SIGNATURE: "records",
  ERR_LEDGER_WITNESSES: "records",
  ERR_LEDGER_STALE: "stale",
  ERR_CODE_CHECK: "codeTyping",
  ERR_CODE_FORMAT: "codeFormat",
  ERR_INVITATION_UNKNOWN: "invitationUnknown",
  ERR_INVITATION_REPLACED: "invitationReplaced",
  ERR_INVITATION_USED: "invitationUsed",
  ERR_NOT_FOUND: "notFound",
  ERR_ROUND_CLOSED: "roundClosed",
  ERR_ROUND_CANCELLED: "roundCancelled",
  ERR_ROUND_NOT_OPEN: "roundNotOpen",
  ERR_ROUND_TOO_FEW: "roundTooFew",
  ERR_RELAY_REQUIRED: "protocol",
  ERR_DRAWS_FORMAT: "records",
  ERR_INVITATIONS_FORMAT: "records",
  ERR_NOT_DUE: "roundNotOpen",
  ERR_ROUND_UNKNOWN: "roundUnknown",
  ERR_REVISIONS_SPENT: "revisions",
  ERR_SEQUENCE_USED: "sequence",
  ERR_ANSWER_INVALID: "answer",
  ERR_BALLOT_FORMAT: "answer",
  ERR_ENVELOPE_SIZE: "tooLong",
  ERR_CLOCK_WRONG: "stale",
  ERR_CONFIG_INVALID: "settings",
  ERR_REPLY_INVALID: "message",
  ERR_CHANNEL_FULL: "channelFull",
  ERR_MAILBOX_GAP: "message",
  ERR_ENVELOPE_FORMAT: "message",
  ERR_ENVELOPE_INVALID: "message",
  ERR_ATTACHMENT_SIZE: "fileSize",
  ERR_ATTACHMENT_COUNT: "fileCount",
  ERR_ATTACHMENT_NAME: "fileName",
  ERR_ATTACHMENT_READ: "fileGone",
  ERR_ATTACHMENTS_FULL: "filesFull",
  ERR_UPLOAD_INCOMPLETE: "filesAgain",
  ERR_UPLOAD_USED: "protocol",
};

/** What happened and what to do, in the reader's language. An unexpected error is named by its code alone, never by its text. */
export function sentenceFor(catalogue: Catalogue, error: unknown): string {
  const code = isAmanaError(error) ? error.code : "ERR_UNEXPECTED";
  const group = GROUPS[code as ErrorCode];
  return group === undefined ? fill(catalogue.errors.other, { code }) : catalogue.errors[group];
}

const AGAIN: readonly (keyof ErrorTexts)[] = ["network", "busy", "server", "filesAgain"];

/** True where sending the same thing again may help: the page then offers one button. */
export function mayRetry(error: unknown): boolean {
  const group = isAmanaError(error) ? GROUPS[error.code] : undefined;
  return group === undefined || AGAIN.includes(group);
}
