import type { ErrorCode } from "@amana/core/errors";

/** For whom an operation is. */
export type Tag = "everyone" | "respondents" | "reporters" | "key holders" | "issuers" | "relays";

/** One operation as docs/protocol.md §10 has it. `openapi.test.ts` compares this table with the routes, and its codes with §10.5. */
export interface Operation {
  readonly route: string;
  readonly tag: Tag;
  readonly summary: string;
  /** Media types of the body; `{…}` for a JSON object with these members. */
  readonly body?: readonly string[] | { readonly members: readonly string[] };
  /** Media type of the reply, and what it is. */
  readonly reply: readonly [type: string, what: string];
  /** Codes of its own, beside those that any request can get. */
  readonly codes?: readonly ErrorCode[];
}

const JSON_TYPE = "application/json";
const BYTES = "application/octet-stream";
const NOTHING = [JSON_TYPE, "`{}`"] as const;
const vendor = (name: string): string => `application/vnd.amana.${name}`;

/** What any request can be answered with, and any that has a body. */
export const GENERAL: readonly ErrorCode[] = ["ERR_NOT_FOUND", "ERR_METHOD", "ERR_OVERLOADED", "ERR_INTERNAL", "ERR_STORE_DAMAGED"];
export const WITH_BODY: readonly ErrorCode[] = [
  "ERR_MEDIA_TYPE",
  "ERR_BODY_SIZE",
  "ERR_BODY_SLOW",
  "ERR_LEDGER_BEHIND",
  "ERR_STORE_WRITE",
  "ERR_STORE_BUSY",
];

const JSON_CODES: readonly ErrorCode[] = ["ERR_BYTES_ENCODING", "ERR_JSON_CANONICAL", "ERR_JSON_SCHEMA"];
const WINDOW: readonly ErrorCode[] = ["ERR_ROUND_UNKNOWN", "ERR_ROUND_NOT_OPEN", "ERR_ROUND_CLOSED", "ERR_ROUND_CANCELLED"];
const FETCH: readonly ErrorCode[] = ["ERR_ROUND_UNKNOWN", "ERR_ROUND_CLOSED", "ERR_ROUND_CANCELLED", "ERR_FETCH_REFUSED", ...JSON_CODES];
const PROOF = ["holder", "nonce", "signature"];

export const OPERATIONS: readonly Operation[] = [
  {
    route: "GET /programme",
    tag: "everyone",
    summary: "The programme that everyone pins.",
    reply: [JSON_TYPE, "the programme, canonical JSON"],
  },
  { route: "GET /rounds", tag: "everyone", summary: "Every round that is public, as a hint.", reply: [JSON_TYPE, "`{rounds: […]}`"] },
  { route: "GET /rounds/{round}", tag: "everyone", summary: "One of them.", reply: [JSON_TYPE, "a round"], codes: ["ERR_ROUND_UNKNOWN"] },
  { route: "GET /files/{sha256}", tag: "everyone", summary: "A file by its hash.", reply: [BYTES, "the file"] },
  {
    route: "GET /ledger/checkpoint",
    tag: "everyone",
    summary: "The public checkpoint.",
    reply: ["text/plain", "a signed note (c2sp.org/tlog-checkpoint)"],
  },
  {
    route: "GET /ledger/tile/{path}",
    tag: "everyone",
    summary: "A tile or an entry bundle (c2sp.org/tlog-tiles).",
    reply: [BYTES, "the tile"],
  },
  {
    route: "GET /releases/{round}/",
    tag: "everyone",
    summary: "The page of a published release.",
    reply: ["text/html", "the page"],
    codes: ["ERR_ROUND_UNKNOWN"],
  },
  {
    route: "GET /releases/{round}/{file}",
    tag: "everyone",
    summary: "A file of a published release.",
    reply: ["*/*", "the file"],
    codes: ["ERR_ROUND_UNKNOWN"],
  },
  { route: "GET /plans/{plan}/", tag: "everyone", summary: "The page of a joint action plan.", reply: ["text/html", "the page"] },
  { route: "GET /plans/{plan}/{file}", tag: "everyone", summary: "A page, feed or table of one.", reply: ["*/*", "the file"] },
  { route: "GET /health", tag: "everyone", summary: "Whether the process answers.", reply: [JSON_TYPE, "`{ok: true}`"] },
  {
    route: "GET /ready",
    tag: "everyone",
    summary: "Whether what is sent is taken.",
    reply: [JSON_TYPE, "`{ready: true}`"],
    codes: ["ERR_LEDGER_BEHIND"],
  },
  { route: "GET /openapi.json", tag: "everyone", summary: "This document.", reply: [JSON_TYPE, "OpenAPI 3.1"] },

  {
    route: "POST /issuers/{issuer}/enrolments",
    tag: "respondents",
    summary: "Uses an invitation: signs what its holder blinded.",
    body: [vendor("enrolment")],
    reply: [vendor("blind-signatures"), "an EnrolmentAnswer"],
    codes: [
      ...WINDOW,
      ...(["ERR_ENROLMENT_FORMAT", "ERR_BLIND_INPUT", "ERR_INVITATION_UNKNOWN", "ERR_INVITATION_REPLACED", "ERR_INVITATION_USED"] as const),
      "ERR_SIGNATURE_FAULT",
    ],
  },
  {
    route: "POST /issuers/{issuer}/objections",
    tag: "respondents",
    summary: "Hands in an enrolment receipt whose draw is not logged.",
    body: [vendor("enrolment-receipt")],
    reply: NOTHING,
    codes: [...WINDOW, "ERR_ENROLMENT_RECEIPT", "ERR_INVITATION_UNKNOWN", "ERR_INVITATION_USED", "ERR_ISSUER_RECORD"],
  },
  {
    route: "POST /submissions",
    tag: "respondents",
    summary: "Hands in an answer, or a message of a reports round.",
    body: [vendor("submission"), vendor("report")],
    reply: [vendor("promise"), "a Promise"],
    codes: [
      ...WINDOW,
      ...(["ERR_SUBMISSION_FORMAT", "ERR_ENVELOPE_FORMAT", "ERR_SUBMISSION_SIGNATURE", "ERR_TOKEN_INVALID", "ERR_TOKEN_MISSING"] as const),
      ...(["ERR_ROUND_TOO_FEW", "ERR_RELAY_REQUIRED", "ERR_SEQUENCE_USED", "ERR_REVISIONS_SPENT", "ERR_WORK_MISSING"] as const),
      ...(["ERR_CHANNEL_FULL", "ERR_MAILBOX_GAP", "ERR_UPLOAD_INCOMPLETE", "ERR_ATTACHMENTS_FULL"] as const),
    ],
  },
  {
    route: "GET /rounds/{round}/promises",
    tag: "respondents",
    summary: "Every promise of a round with a relay.",
    reply: [BYTES, "Promise*, by leaf hash"],
    codes: ["ERR_ROUND_UNKNOWN"],
  },
  {
    route: "POST /gateway",
    tag: "relays",
    summary: "A submission through a relay (RFC 9458).",
    body: ["message/ohttp-req"],
    reply: ["message/ohttp-res", "an Encapsulated Response; what the submission itself gets is inside"],
    codes: ["ERR_ENCAPSULATION", "ERR_BINARY_HTTP"],
  },

  {
    route: "POST /rounds/{round}/uploads",
    tag: "reporters",
    summary: "A group of chunks of an attachment.",
    body: [vendor("chunks")],
    reply: NOTHING,
    codes: [...WINDOW, "ERR_ATTACHMENT_FORMAT", "ERR_WORK_MISSING", "ERR_UPLOAD_USED", "ERR_ATTACHMENTS_FULL"],
  },
  {
    route: "GET /rounds/{round}/replies",
    tag: "reporters",
    summary: "All replies of a reports round, real ones among fillers.",
    reply: [BYTES, "the reply store"],
    codes: ["ERR_ROUND_UNKNOWN", "ERR_ROUND_CLOSED", "ERR_ROUND_CANCELLED"],
  },

  { route: "GET /drafts", tag: "key holders", summary: "Drafts that can be co-signed.", reply: [JSON_TYPE, "`{drafts: [names]}`"] },
  { route: "GET /drafts/{round}", tag: "key holders", summary: "A draft.", reply: [JSON_TYPE, "the draft"], codes: ["ERR_DRAFT_UNKNOWN"] },
  {
    route: "POST /drafts/{round}/shares",
    tag: "key holders",
    summary: "A share of the rehearsal's envelope.",
    body: { members: ["holder", "share"] },
    reply: NOTHING,
    codes: ["ERR_DRAFT_UNKNOWN", "ERR_COMMITMENT_MISMATCH", ...JSON_CODES],
  },
  {
    route: "POST /drafts/{round}/cosignatures",
    tag: "key holders",
    summary: "Co-signs a draft; with the last one the round is live.",
    body: { members: ["holder", "signature"] },
    reply: [JSON_TYPE, "`{live: boolean}`"],
    codes: ["ERR_DRAFT_UNKNOWN", "ERR_COSIGNATURE", "ERR_MANIFEST_SECOND", "ERR_NOT_DUE", ...JSON_CODES],
  },
  {
    route: "GET /amendments",
    tag: "key holders",
    summary: "Rounds for which a change is proposed.",
    reply: [JSON_TYPE, "`{amendments: [names]}`"],
  },
  {
    route: "GET /amendments/{round}",
    tag: "key holders",
    summary: "A proposed change.",
    reply: [JSON_TYPE, "the change"],
    codes: ["ERR_AMENDMENT_UNKNOWN"],
  },
  {
    route: "POST /amendments/{round}/cosignatures",
    tag: "key holders",
    summary: "Signs a proposed change.",
    body: { members: ["holder", "signature"] },
    reply: [JSON_TYPE, "`{logged: boolean}`"],
    codes: ["ERR_AMENDMENT_UNKNOWN", "ERR_AMENDMENT_INVALID", "ERR_COSIGNATURE", ...JSON_CODES],
  },
  { route: "POST /nonces", tag: "key holders", summary: "A nonce, good once and for a minute.", body: [], reply: [BYTES, "32 bytes"] },
  {
    route: "POST /rounds/{round}/epochs/{epoch}/envelopes",
    tag: "key holders",
    summary: "The envelopes of a sealed epoch.",
    body: { members: PROOF },
    reply: [BYTES, "(leafHash[32] ‖ vector(envelope))*"],
    codes: FETCH,
  },
  {
    route: "POST /rounds/{round}/inbox",
    tag: "key holders",
    summary: "What there is of a reports round.",
    body: { members: PROOF },
    reply: [BYTES, "an Index"],
    codes: FETCH,
  },
  {
    route: "POST /rounds/{round}/reports",
    tag: "key holders",
    summary: "Messages by their leaf hashes.",
    body: { members: [...PROOF, "wanted"] },
    reply: [BYTES, "vector(submission)*"],
    codes: FETCH,
  },
  {
    route: "POST /rounds/{round}/cases",
    tag: "key holders",
    summary: "Case records by their hashes.",
    body: { members: [...PROOF, "wanted"] },
    reply: [BYTES, "vector(record)*"],
    codes: FETCH,
  },
  {
    route: "POST /rounds/{round}/chunks",
    tag: "key holders",
    summary: "Chunks of attachments by their hashes.",
    body: { members: [...PROOF, "chunks"] },
    reply: [BYTES, "the chunks"],
    codes: FETCH,
  },
  {
    route: "POST /rounds/{round}/case-records",
    tag: "key holders",
    summary: "Delivers a case record.",
    body: { members: ["holder", "record", "signature"] },
    reply: NOTHING,
    codes: [...FETCH, "ERR_CASE_RECORD"],
  },
  {
    route: "POST /rounds/{round}/replies",
    tag: "key holders",
    summary: "Delivers a reply, and the case record with its copy.",
    body: { members: ["holder", "reply", "record", "signature"] },
    reply: NOTHING,
    codes: [...FETCH, "ERR_REPLY_INVALID", "ERR_CASE_RECORD", "ERR_SEQUENCE_USED"],
  },
  {
    route: "POST /entries",
    tag: "key holders",
    summary: "Logs what a key holder or an issuer signed.",
    body: [JSON_TYPE],
    reply: [JSON_TYPE, "`{index: n}`"],
    codes: ["ERR_ROUND_UNKNOWN", "ERR_ENTRY_REFUSED", "ERR_NOT_DUE", "ERR_ISSUER_RECORD", ...JSON_CODES],
  },
  {
    route: "POST /rounds/{round}/reveals",
    tag: "key holders",
    summary: "A share list, sealed to one opener.",
    body: [vendor("reveal")],
    reply: NOTHING,
    codes: ["ERR_ROUND_UNKNOWN", "ERR_SHARE_LIST_FORMAT", "ERR_NOT_DUE", "ERR_ENTRY_REFUSED"],
  },
  {
    route: "GET /rounds/{round}/reveals/{receiver}",
    tag: "key holders",
    summary: "What was revealed to one opener.",
    reply: [BYTES, "vector(reveal)*"],
    codes: ["ERR_ROUND_UNKNOWN"],
  },
  {
    route: "POST /rounds/{round}/release",
    tag: "key holders",
    summary: "Proposes a release, or signs one.",
    body: { members: ["release", "holder", "signature"] },
    reply: NOTHING,
    codes: ["ERR_ROUND_UNKNOWN", "ERR_RELEASE_INVALID", "ERR_NOT_DUE", "ERR_ENTRY_REFUSED", ...JSON_CODES],
  },
  {
    route: "GET /rounds/{round}/release",
    tag: "key holders",
    summary: "Releases that are proposed.",
    reply: [JSON_TYPE, "`{proposals: [{sha256, signatures}]}`"],
    codes: ["ERR_ROUND_UNKNOWN"],
  },
  {
    route: "POST /files",
    tag: "key holders",
    summary: "A file that a proposed release names.",
    body: [BYTES],
    reply: [JSON_TYPE, "`{sha256: hex}`"],
    codes: ["ERR_ENTRY_REFUSED"],
  },

  {
    route: "POST /rounds/{round}/draws",
    tag: "issuers",
    summary: "Delivers the draws of an issuer with a process of its own.",
    body: [vendor("draws")],
    reply: [JSON_TYPE, "`{index: n}`"],
    codes: [
      "ERR_ROUND_UNKNOWN",
      "ERR_ROUND_CLOSED",
      "ERR_DRAWS_FORMAT",
      "ERR_ISSUER_RECORD",
      "ERR_ENTRY_REFUSED",
      "ERR_NOT_DUE",
      ...JSON_CODES,
    ],
  },
];
