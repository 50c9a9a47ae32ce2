import { toHex } from "@amana/core/bytes";
import { type Programme, programmeId } from "@amana/core/programme";
import type { InclusionPromise } from "@amana/core/submission";
import { fetchProgramme, LedgerView } from "../wire/ledger-view.ts";
import type { Transport } from "../wire/transport.ts";
import { type CheckResult, type Finding, runCheck } from "./check.ts";
import { checkConsistency, type KnownCheckpoint } from "./consistency.ts";
import { EvidenceMaker } from "./evidence-maker.ts";
import { Reading } from "./reading.ts";

/** What an audit needs besides the server. */
export interface AuditOptions {
  /** The pinned programme id, hex. */
  readonly programme: string;
  readonly now: Date;
  /** What this auditor kept of the last audit of this programme's ledger, whole or interrupted; null the first time. */
  readonly known: KnownCheckpoint | null;
  /** Promises that respondents gave the auditor. */
  readonly promises?: readonly InclusionPromise[];
  /** Called while the ledger is read. */
  readonly onProgress?: (check: string, done: number, total: number) => void;
  /** Called now and then while the ledger is read, with what to keep: an audit that is interrupted goes on from there. */
  readonly onKnown?: (known: KnownCheckpoint) => void;
}

/**
 * Checks everything a server claims, independent of its word, as a list of named checks. The ledger is read once, and of its entries nothing is
 * kept but what the checks need: some hundred bytes for each response key. A check that others build on ends the audit when it fails. What is
 * returned is for the auditor to keep, whether all holds or not; null where there is nothing new to keep.
 * @throws ERR_NETWORK and what else means that it could not check
 */
export async function* audit(transport: Transport, options: AuditOptions): AsyncGenerator<CheckResult, KnownCheckpoint | null, undefined> {
  const { known, promises = [], now } = options;
  let programme: Programme | null = null;
  let view: LedgerView | null = null;
  yield bare(
    await runCheck("programme", async () => {
      programme = await fetchProgramme(transport, options.programme);
      return `is the pinned one, ${toHex(programmeId(programme)).slice(0, 16)}…`;
    }),
  );
  if (programme === null) return null;
  const pinned: Programme = programme;
  yield bare(
    await runCheck("checkpoint", async () => {
      view = await LedgerView.fetch(transport, pinned, now);
      return `of ${view.checkpoint.size} entries, signed by the ledger and ${view.checkpoint.cosignatures.length} witnesses (quorum ${pinned.quorum})`;
    }),
  );
  if (view === null) return null;
  const { checkpoint, reader }: LedgerView = view;
  const maker = new EvidenceMaker(view, transport);
  const consistency = await runCheck("consistency", () => checkConsistency(reader, checkpoint.size, known));
  const contradiction = consistency.ok || known?.note === undefined ? null : await maker.checkpoints(known.note);
  yield contradiction === null ? bare(consistency) : { ...bare(consistency), evidence: contradiction };
  if (!consistency.ok) return null;

  const reading = new Reading({ transport, programme: pinned, now, promises }, view, known?.verified?.size ?? 0);
  const kept = (): KnownCheckpoint => {
    const verified = reading.verified ?? known?.verified;
    return { size: checkpoint.size, root: toHex(checkpoint.root), note: checkpoint.note, ...(verified === undefined ? {} : { verified }) };
  };
  const onVerified = (): void => options.onKnown?.(kept());
  for await (const finding of reading.foundations(options.onProgress, onVerified)) {
    yield bare(finding);
    if (!finding.ok) return null;
  }
  for await (const finding of reading.others()) yield await withEvidence(finding, maker);
  return kept();
}

function bare({ check, ok, detail }: Finding): CheckResult {
  return { check, ok, detail };
}

async function withEvidence(finding: Finding, maker: EvidenceMaker): Promise<CheckResult> {
  const { clue } = finding;
  if (clue === null) return bare(finding);
  const evidence = "promise" in clue ? await maker.promise(clue.promise, clue.manifest) : await maker.entry(clue.entry, clue.manifest);
  return { ...bare(finding), evidence };
}
