import type { Programme } from "@amana/core/programme";
import type { InclusionPromise } from "@amana/core/submission";
import type { Transport } from "../wire/transport.ts";
import type { AuditedRound } from "./audited-round.ts";

/** What an audit has at hand while it reads: the same for all checks. */
export interface Auditing {
  readonly transport: Transport;
  /** The pinned one. */
  readonly programme: Programme;
  /** By manifest id, hex, in ledger order: those whose manifest was read and is right. */
  readonly rounds: ReadonlyMap<string, AuditedRound>;
  readonly now: Date;
  /** Promises that respondents gave the auditor: what their receipts say. */
  readonly promises: readonly InclusionPromise[];
}
