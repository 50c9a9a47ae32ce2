import { toHex } from "@amana/core/bytes";
import type { Programme } from "@amana/core/programme";
import { programmeId } from "@amana/core/programme";
import { fetchProgramme, LedgerView, type SeenEntry, type SeenManifest } from "../wire/ledger-view.ts";
import type { RoundHistory } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import { type CheckResult, demand, runCheck } from "./check.ts";
import { checkDrawsAndInvitations, type DrawnByAudience } from "./draw-checks.ts";
import { checkConsistency, checkEpochs, type KnownCheckpoint, readAll } from "./ledger-checks.ts";
import { checkFiles, checkManifests } from "./manifest-checks.ts";
import { checkRelease } from "./release-checks.ts";
import { checkDestruction, checkHistory, checkOpening, checkSubmissions } from "./round-checks.ts";

/** What an audit needs besides the server. */
export interface AuditOptions {
  /** The pinned programme id, hex. */
  readonly programme: string;
  readonly now: Date;
  /** The last checkpoint this auditor saw at this server; null the first time. */
  readonly known: KnownCheckpoint | null;
  /** Called while a long check runs. */
  readonly onProgress?: (check: string, done: number, total: number) => void;
}

/**
 * Checks everything a server claims, independent of its word, as a list of named checks. A check that others build on ends the
 * audit when it fails. The last result's `checkpoint` is for the auditor to keep.
 * @throws ERR_NETWORK and what else means that it could not check
 */
export async function* audit(transport: Transport, options: AuditOptions): AsyncGenerator<CheckResult, KnownCheckpoint | null, undefined> {
  const { onProgress = () => undefined } = options;
  const entries: SeenEntry[] = [];
  let programme: Programme | null = null;
  let view: LedgerView | null = null;
  let manifests: SeenManifest[] = [];

  const foundations: [string, () => Promise<string> | string][] = [
    [
      "programme",
      async () => {
        programme = await fetchProgramme(transport, options.programme);
        return `is the pinned one, ${toHex(programmeId(programme)).slice(0, 16)}…`;
      },
    ],
    [
      "checkpoint",
      async () => {
        view = await LedgerView.fetch(transport, programme as Programme, options.now);
        return `of ${view.checkpoint.size} entries, signed by the ledger and ${view.checkpoint.cosignatures.length} witnesses (quorum ${(programme as Programme).quorum})`;
      },
    ],
    ["ledger", () => readAll(view as LedgerView, entries, (done, total) => onProgress("ledger", done, total))],
    ["consistency", () => checkConsistency(entries, options.known)],
    [
      "manifests",
      () => {
        const checked = checkManifests(entries, programme as Programme);
        manifests = checked.manifests;
        return checked.detail;
      },
    ],
  ];
  for (const [name, run] of foundations) {
    const result = await runCheck(name, run);
    yield result;
    if (!result.ok) return null;
  }
  yield await runCheck("questionnaires", () => checkFiles(transport, manifests));
  let drawn: DrawnByAudience = new Map();
  yield await runCheck("invitations and draws", async () => {
    const checked = await checkDrawsAndInvitations(transport, entries, manifests);
    drawn = checked.drawn;
    return checked.detail;
  });
  yield await runCheck("epochs", () => checkEpochs(entries, manifests));
  for (const seen of manifests) {
    if (seen.manifest.kind !== "reports") yield* auditRound({ transport, entries, seen, drawn, now: options.now, onProgress });
  }
  const { size, root } = (view as unknown as LedgerView).checkpoint;
  return { size, root: toHex(root) };
}

interface RoundAudit {
  readonly transport: Transport;
  readonly entries: readonly SeenEntry[];
  readonly seen: SeenManifest;
  readonly drawn: DrawnByAudience;
  readonly now: Date;
  readonly onProgress: (check: string, done: number, total: number) => void;
}

async function* auditRound(audited: RoundAudit): AsyncGenerator<CheckResult, void, undefined> {
  const { transport, entries, seen, drawn, now, onProgress } = audited;
  const name = (check: string): string => `${seen.manifest.round}: ${check}`;
  let history: RoundHistory | null = null;
  yield await runCheck(name("submissions"), () =>
    checkSubmissions(entries, seen, drawn, (done, total) => onProgress(name("submissions"), done, total)),
  );
  yield await runCheck(name("key holders"), () => {
    const checked = checkHistory(entries, seen);
    history = checked.history;
    return checked.detail;
  });
  const known = (): RoundHistory => {
    demand(history !== null, "the round's history does not check");
    return history;
  };
  yield await runCheck(name("opening"), () => checkOpening(entries, known()));
  yield await runCheck(name("release"), () => checkRelease(transport, entries, known()));
  yield await runCheck(name("destroyed keys"), () => checkDestruction(entries, known(), now));
}
