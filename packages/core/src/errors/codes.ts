/**
 * Every error code of Amana with the one sentence that explains it: what happened, then what to do.
 *
 * A sentence is fixed text. It never carries a plaintext, a code, a key or an address, so an error can be
 * logged, shown or sent as it is. Grouped by the noun of the protocol it belongs to; sorted inside a group.
 */
export const SENTENCES = {
  // bytes and documents
  ERR_BYTES_ENCODING: "Some bytes are not encoded the one way the protocol allows.",
  ERR_BYTES_LENGTH: "Some bytes have the wrong length.",
  ERR_CODE_CHECK: "This code has a typing mistake: its last character does not fit the others.",
  ERR_CODE_FORMAT: "This is not a code of Amana: it has the wrong length or a character that codes do not use.",
  ERR_JSON_CANONICAL: "This document is not in canonical form (RFC 8785).",
  ERR_JSON_SCHEMA: "This document lacks a field, has one too many, or one of the wrong kind.",

  // envelope
  ERR_ENVELOPE_FORMAT: "This envelope is not built as the protocol says.",
  ERR_ENVELOPE_INVALID: "This envelope was not sealed honestly: sealing its contents again gives other bytes.",
  ERR_ENVELOPE_SHARES: "There are not enough shares that fit this envelope.",
  ERR_ENVELOPE_SIZE: "This content does not fit into the envelope size of the round.",

  // credential
  ERR_BLIND_INPUT: "The blinded message is out of range or cannot be inverted.",
  ERR_ISSUER_KEY: "This issuer key is weak or not of the required kind.",
  ERR_SIGNATURE_FAULT: "The signing device produced a wrong signature; nothing was released.",
  ERR_TOKEN_INVALID: "This token was not signed by the issuer of this round and audience.",
  ERR_TOKEN_MISSING: "This submission has no valid token.",

  // ledger
  ERR_LEDGER_BEHIND:
    "This data folder is an older copy: witnesses have signed a ledger that it does not hold. Nothing more is logged. Put the newest copy back.",
  ERR_LEDGER_CONSISTENCY: "The ledger was rewritten: it does not continue the one seen before.",
  ERR_LEDGER_FORMAT: "This part of the ledger is not built as C2SP says.",
  ERR_LEDGER_INCLUSION: "This is not in the ledger.",
  ERR_LEDGER_MISSING: "A part of the ledger that its checkpoint covers is not there. Try again, or report it.",
  ERR_LEDGER_SIGNATURE: "This checkpoint is not signed by the ledger of this programme.",
  ERR_LEDGER_STALE: "The newest checkpoint is too old to be trusted.",
  ERR_LEDGER_WITNESSES: "Too few witnesses have signed this checkpoint.",

  // questionnaire and ballot
  ERR_ANSWER_INVALID: "An answer does not fit its question.",
  ERR_BALLOT_FORMAT: "This ballot is not encoded as the questionnaire says.",
  ERR_QUESTIONNAIRE_INVALID: "The questionnaire has mistakes.",

  // programme and manifest
  ERR_AMENDMENT_INVALID: "This amendment changes what may not be changed, or changes it too late.",
  ERR_AMENDMENT_UNKNOWN: "No amendment of this round is proposed.",
  ERR_COSIGNATURE: "A co-signature of this manifest or amendment is missing or wrong.",
  ERR_DRAFT_EXISTS: "A draft of this name already has its invitations. Discard it first, or choose another name.",
  ERR_DRAFT_UNKNOWN: "There is no draft of this name, or its invitations are not made yet.",
  ERR_MANIFEST_INVALID: "The manifest has mistakes.",
  ERR_MANIFEST_SECOND: "Another manifest already exists for a round of this name.",
  ERR_PROGRAMME_INVALID: "The programme has mistakes.",
  ERR_PROGRAMME_MISSING: "This data folder holds no programme. Make one with amana init.",
  ERR_PROGRAMME_MISMATCH: "This server does not belong to the programme that you trust.",
  ERR_QUESTIONNAIRE_MISMATCH: "The questionnaire is not the one that the trustees signed.",

  // enrolment
  ERR_DRAWS_FORMAT: "This list of draws is not built as the protocol says.",
  ERR_ISSUER_RECORD: "An issuer logged what it may not.",
  ERR_INVITATIONS_FORMAT: "This list of invitations is not the one that the round names.",
  ERR_ENROLMENT_RECEIPT: "This is no enrolment receipt, or its issuer did not sign it. Use the file as it was saved.",
  ERR_ENROLMENT_FORMAT: "This enrolment is not built as the protocol says.",
  ERR_INVITATIONS_MADE:
    "The invitations of this audience were made before. Their codes cannot be shown again: discard the draft to begin anew.",
  ERR_INVITATION_UNKNOWN: "This invitation code is not known for this round.",
  ERR_INVITATION_REPLACED:
    "This invitation was replaced or revoked by its issuer. Use the code that you were given instead, or ask whoever invited you.",
  ERR_INVITATION_USED: "This invitation was already used with another secret code.",

  // relay and gateway
  ERR_BINARY_HTTP: "This binary HTTP message is not built as RFC 9292 says.",
  ERR_ENCAPSULATION: "This message was not encapsulated as RFC 9458 says, or to another key.",
  ERR_RELAY_LATE:
    "The gateway did not take everything before the close. Who sent it holds the relay's promise; see why it was not reached.",

  // submission
  ERR_PROMISE_INVALID: "This promise was not made by the server of this programme.",
  ERR_RELAY_REQUIRED: "Answers to this round are taken through its relay only.",
  ERR_REVISIONS_SPENT: "This answer was already changed as often as the round allows.",
  ERR_SEQUENCE_USED: "Another version of this answer was already kept under this number.",
  ERR_SUBMISSION_FORMAT: "This submission is not built as the protocol says.",
  ERR_SUBMISSION_SIGNATURE: "The signature of this submission is wrong.",
  ERR_WORK_MISSING: "The proof of work of this message is missing or too weak.",

  // round
  ERR_ROUND_CANCELLED: "This round was cancelled. No answer to it is opened, and the keys are destroyed.",
  ERR_ROUND_CLOSED: "This round is closed.",
  ERR_ROUND_NOT_OPEN: "This round is not open yet.",
  ERR_ROUND_TOO_FEW: "This round does not open for this group: too few of its people have enrolled for an answer to hide among theirs.",
  ERR_ROUND_UNKNOWN: "There is no such round here.",

  // mailbox and cases
  ERR_ATTACHMENT_COUNT: "A message carries at most four files. Send the others with a second one.",
  ERR_ATTACHMENT_FORMAT: "This attachment is not built as the protocol says.",
  ERR_ATTACHMENT_INVALID: "A part of this attachment is not what the report says. Nothing of it can be relied on.",
  ERR_ATTACHMENT_MISSING: "A part of this attachment is not on the server. Try again later; if it stays so, tell the operator.",
  ERR_ATTACHMENT_NAME: "The name of this file is too long, or its type is none.",
  ERR_ATTACHMENT_READ: "This file cannot be read any more. Choose it again.",
  ERR_ATTACHMENT_SIZE: "This file is empty, or larger than 100 MB.",
  ERR_ATTACHMENTS_FULL: "No more files can be kept here. Send the message without them, or report through another channel.",
  ERR_CASE_UNKNOWN: "There is no report of this reference, or more than one begins like it: give more of the reference.",
  ERR_CASE_RECORD: "This case record was not written by a handler of this channel, or belongs to another.",
  ERR_CHANNEL_FULL: "This channel takes no more messages: it is full. Report through another one; who runs it must open the next.",
  ERR_MAILBOX_GAP: "A message is missing before this one.",
  ERR_MARK_INVALID: "The mark on this report does not check.",
  ERR_REPLY_INVALID: "A reply is not signed by a handler of this channel.",
  ERR_REPORT_FORMAT: "This report is not built as the protocol says.",
  ERR_UPLOAD_INCOMPLETE: "A file of this message is not here whole. Send the message with its files once more.",
  ERR_UPLOAD_USED: "Something else was uploaded at this place before.",

  // opening and release
  ERR_ANALYSIS_PLAN_INVALID: "The analysis plan has mistakes.",
  ERR_COMMITMENT_MISMATCH: "A revealed share list does not match its commitment.",
  ERR_ENTRY_INVALID: "This ledger entry is not built as the protocol says.",
  ERR_ENTRY_REFUSED: "This ledger entry is not due, or was already made.",
  ERR_NOT_DUE: "This step is not due yet.",
  ERR_CONSULTATION_INVALID: "The consultation has mistakes.",
  ERR_IMPORT_INVALID: "The form has parts that a questionnaire cannot carry, or mistakes.",
  ERR_PLAN_INVALID: "The joint action plan has gaps or mistakes.",
  ERR_RELEASE_INVALID: "This release does not check.",
  ERR_SHARE_LIST_FORMAT: "This share list is not built as the protocol says.",

  // key files and configuration
  ERR_CONFIG_INVALID: "The configuration has mistakes.",
  ERR_KEY_FILE: "This key file cannot be read.",
  ERR_PASSPHRASE: "The passphrase does not open this key file.",

  // HTTP and storage
  ERR_ADDRESS_BUSY: "Another program is listening at this address and port. Stop it, or choose another port.",
  ERR_BACKUP_DAMAGED: "This backup is damaged or incomplete. Nothing was restored; take another copy of it.",
  ERR_BACKUP_UNCHECKED:
    "Too few witnesses have said that nothing is newer than this backup. A ledger that goes on from an older copy is a second history: name more witnesses, or say that this is the newest.",
  ERR_BACKUP_UNSUPPORTED: "This store is no folder. Back it up with the tools of its database.",
  ERR_BODY_SIZE: "The request has the wrong number of bytes.",
  ERR_BODY_SLOW: "The request did not arrive in time. Nothing is lost: try again.",
  ERR_FETCH_REFUSED: "This request is not signed by a key holder of the round, or its nonce was used.",
  ERR_FOLDER_NOT_EMPTY: "The folder is not empty. Nothing was changed; choose a new folder.",
  ERR_INTERNAL: "The server could not do this. Nothing was kept.",
  ERR_MEDIA_TYPE: "The request has the wrong content type.",
  ERR_CLOCK_WRONG: "The clock of this device is wrong: set it, then try again.",
  ERR_METHOD: "This address does not take requests of this method.",
  ERR_NETWORK: "The server could not be reached. Nothing is lost: try again.",
  ERR_NOT_FOUND: "There is nothing here.",
  ERR_OVERLOADED: "The server is busy. Nothing is lost: try again shortly.",
  ERR_RESPONSE_INVALID: "The server answered in a way that the protocol does not allow.",
  ERR_STORE_BUSY: "Another process is using this data folder.",
  ERR_STORE_DAMAGED: "The data folder is damaged.",
  ERR_WITNESS_MISSING: "This data folder holds no witness. Make one with amana witness init.",
  ERR_STORE_NEWER: "A newer version of Amana has written this data folder. Nothing was changed; start that version, or a newer one.",
  ERR_STORE_WRITE: "The answer could not be written to the disk. Nothing was kept.",
} as const;

/** The closed union of all codes. A new failure adds a line above; nothing throws a bare string. */
export type ErrorCode = keyof typeof SENTENCES;
