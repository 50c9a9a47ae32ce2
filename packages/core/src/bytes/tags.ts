/**
 * Every domain-separation tag of the protocol, with the rule that none is a prefix of another (tested).
 * One use, one tag; adding a use adds a line.
 */
export const TAGS = {
  // codes and keys from the secret code
  codeCheck: "amana/v1 code check",
  responseSigningKey: "amana/v1 response signing key",
  replyKey: "amana/v1 reply kem key",
  mailboxSecret: "amana/v1 mailbox secret",
  relaySlot: "amana/v1 relay slot",
  reportSigningKey: "amana/v1 report signing key",
  blindingFactor: "amana/v1 blinding factor",
  pssSalt: "amana/v1 pss salt",

  // envelope
  seedCommitment: "amana/v1 seed commitment",
  keyId: "amana/v1 key id",
  shareCommitment: "amana/v1 share commitment",
  slotKey: "amana/v1 slot key",
  slotRandomness: "amana/v1 slot randomness",
  bodyKey: "amana/v1 body key",
  chunkKey: "amana/v1 chunk key",
  shareCoefficients: "amana/v1 share coefficients",

  // contexts
  contextSubmission: "amana/v1 context submission",
  contextReport: "amana/v1 context report",
  contextAttachment: "amana/v1 context attachment",
  contextCaseRecord: "amana/v1 context case record",
  contextReply: "amana/v1 context reply",
  contextShareList: "amana/v1 context share list",
  contextRehearsal: "amana/v1 context rehearsal",

  // programme and manifest
  programme: "amana/v1 programme",
  manifest: "amana/v1 manifest",
  questionnaire: "amana/v1 questionnaire",
  amendment: "amana/v1 amendment",
  cosignature: "amana/v1 cosignature",
  invited: "amana/v1 invited",

  // enrolment and submission
  responseKey: "amana/v1 response key",
  reportKey: "amana/v1 report key",
  blinded: "amana/v1 blinded message",
  enrolmentReceipt: "amana/v1 enrolment receipt",
  draws: "amana/v1 draws",
  replaced: "amana/v1 replaced",
  submission: "amana/v1 submission",
  promise: "amana/v1 promise",

  // mailbox
  mailbox: "amana/v1 mailbox address",
  reportMark: "amana/v1 report mark",
  reply: "amana/v1 reply signature",
  replyLookup: "amana/v1 reply lookup",
  replyCover: "amana/v1 cover of a reply",
  replyDelivery: "amana/v1 delivery of a reply",
  caseRecord: "amana/v1 case record",
  caseDelivery: "amana/v1 delivery of a case record",
  openedMessages: "amana/v1 opened messages",
  work: "amana/v1 work",

  // opening and release
  fetch: "amana/v1 fetch",
  held: "amana/v1 held",
  shareList: "amana/v1 share list",
  shareListBlind: "amana/v1 blind of a share list",
  shareListEntry: "amana/v1 commitment to a share list",
  reveal: "amana/v1 reveal",
  revealRandomness: "amana/v1 randomness of a reveal",
  openingFault: "amana/v1 opening fault",
  absent: "amana/v1 absent",
  release: "amana/v1 release",
  keyDestroyed: "amana/v1 key destroyed",
  answersOrder: "amana/v1 answers order",
  commentsOrder: "amana/v1 comments order",
  relayPromise: "amana/v1 relay promise",

  // plan
  feedEntry: "amana/v1 id in a feed",
} as const;

export type Tag = (typeof TAGS)[keyof typeof TAGS];
