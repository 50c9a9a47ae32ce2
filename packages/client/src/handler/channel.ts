import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { Manifest, RoundTimes } from "@amana/core/manifest";
import type { LedgerView } from "../wire/ledger-view.ts";
import { RoundTimeline } from "../wire/round-timeline.ts";
import { fetchRound, fetchRounds } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";

/** Where a message stands in the ledger. */
export interface LoggedMessage {
  readonly epoch: number;
  readonly index: number;
}

/** What the ledger says of a reports round: its verified manifest, which messages it has, and how far it has come. */
export interface ChannelHistory {
  readonly manifest: Manifest;
  readonly id: Uint8Array;
  /** The manifests of the surveys whose marks the round accepts, as far as the ledger has them. */
  readonly surveys: readonly Manifest[];
  readonly times: RoundTimes;
  /** Ledger size after the round's `close`; null while it is open. */
  readonly closedAt: number | null;
  /** `trustee/<index>` of handlers who said that their key is gone. */
  readonly destroyed: ReadonlySet<string>;
  /** By leaf hash, the epoch under which a message is logged (the entry's `to`), and its index in the ledger. */
  readonly leaves: ReadonlyMap<string, LoggedMessage>;
}

/**
 * Reads a channel from the ledger. A handler's tool calls it before anything else. @throws ERR_ROUND_UNKNOWN for a round that takes no reports,
 * ERR_LEDGER_*, ERR_MANIFEST_INVALID, ERR_COSIGNATURE
 */
export async function readChannel(transport: Transport, view: LedgerView, round: string): Promise<ChannelHistory> {
  const { entryIndex } = await fetchRound(transport, round);
  const seen = await view.manifestAt(entryIndex, round);
  if (seen.manifest.kind !== "reports") throw new AmanaError("ERR_ROUND_UNKNOWN");
  const surveys = seen.manifest.accepts.length === 0 ? [] : await acceptedSurveys(transport, view, seen.manifest);
  const id = toHex(seen.id);
  const timeline = new RoundTimeline(seen);
  const leaves = new Map<string, LoggedMessage>();
  let epoch = { from: 0, end: 0, to: 0 };
  for await (const { entry, index, leafHash } of view.entries(seen.index)) {
    if (entry.type === "report" && index >= epoch.from && index < epoch.end) leaves.set(toHex(leafHash), { epoch: epoch.to, index });
    if (!("manifest" in entry) || entry.manifest !== id) continue;
    timeline.add(entry, index, timeline.isSigned(entry));
    if (entry.type === "epoch") epoch = { from: entry.firstIndex, end: entry.firstIndex + entry.count, to: entry.to };
  }
  const { times, closedAt, destroyed } = timeline;
  return { manifest: seen.manifest, id: seen.id, surveys, times, closedAt, destroyed, leaves };
}

/** One that the ledger does not have marks nothing. */
async function acceptedSurveys(transport: Transport, view: LedgerView, { accepts }: Manifest): Promise<Manifest[]> {
  const surveys: Manifest[] = [];
  for (const { name, manifest, entryIndex } of await fetchRounds(transport))
    if (accepts.includes(manifest) && entryIndex < view.checkpoint.size) surveys.push((await view.manifestAt(entryIndex, name)).manifest);
  return surveys;
}
