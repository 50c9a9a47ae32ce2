/** For auditors, who trust nobody: every claim of a server as a named check. */
export { claimedProgramme } from "../wire/ledger-view.ts";
export { Transport } from "../wire/transport.ts";
export { type AuditOptions, audit } from "./audit.ts";
export type { CheckResult } from "./check.ts";
export type { KnownCheckpoint, Prefix } from "./consistency.ts";
export { decodeEvidence, type Evidence, type EvidenceFile, encodeEvidence, type Judgement, judgeEvidence } from "./evidence.ts";
