import { toHex } from "@amana/core/bytes";
import { type Programme, programmeId } from "@amana/core/programme";
import { fetchProgramme, LedgerView } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import { type CheckResult, runCheck } from "./check.ts";
import type { KnownCheckpoint } from "./consistency.ts";
import { Reading } from "./reading.ts";

/** What an audit needs besides the server. */
export interface AuditOptions {
  /** The pinned programme id, hex. */
  readonly programme: string;
  readonly now: Date;
  /** The last checkpoint this auditor saw at this server; null the first time. */
  readonly known: KnownCheckpoint | null;
  /** Called while the ledger is read. */
  readonly onProgress?: (check: string, done: number, total: number) => void;
}

/**
 * Checks everything a server claims, independent of its word, as a list of named checks. The ledger is read once, and of its entries nothing is
 * kept but what the checks need: some hundred bytes for each response key. A check that others build on ends the audit when it fails. The
 * last result's `checkpoint` is for the auditor to keep.
 * @throws ERR_NETWORK and what else means that it could not check
 */
export async function* audit(transport: Transport, options: AuditOptions): AsyncGenerator<CheckResult, KnownCheckpoint | null, undefined> {
  let programme: Programme | null = null;
  let view: LedgerView | null = null;
  yield await runCheck("programme", async () => {
    programme = await fetchProgramme(transport, options.programme);
    return `is the pinned one, ${toHex(programmeId(programme)).slice(0, 16)}…`;
  });
  if (programme === null) return null;
  const pinned: Programme = programme;
  yield await runCheck("checkpoint", async () => {
    view = await LedgerView.fetch(transport, pinned, options.now);
    return `of ${view.checkpoint.size} entries, signed by the ledger and ${view.checkpoint.cosignatures.length} witnesses (quorum ${pinned.quorum})`;
  });
  if (view === null) return null;
  const ledger: LedgerView = view;
  const reading = new Reading({ transport, programme: pinned, now: options.now }, options.known);
  for await (const result of reading.foundations(ledger, options.onProgress)) {
    yield result;
    if (!result.ok) return null;
  }
  yield* reading.others();
  return { size: ledger.checkpoint.size, root: toHex(ledger.checkpoint.root) };
}
