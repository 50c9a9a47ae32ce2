import type { ReadEntry } from "@amana/core/ledger";
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
  /** Reads entries `from` to `to` (exclusive) once more, each proved: for the few checks that learn late what they have to look at. */
  readonly entries: (from: number, to: number) => AsyncIterable<ReadEntry>;
  /** Promises that respondents gave the auditor: what their receipts say. */
  readonly promises: readonly InclusionPromise[];
}
