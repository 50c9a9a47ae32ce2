import { SHA256, toHex } from "@amana/core/bytes";
import type { ManifestEntry } from "@amana/core/entries";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import { decodeRelease } from "@amana/core/release";
import type { Results } from "@amana/results";
import { checkedManifest, LedgerView } from "../wire/ledger-view.ts";
import type { RoundHistory } from "../wire/round-history.ts";
import { RoundTimeline } from "../wire/round-timeline.ts";
import type { Transport } from "../wire/transport.ts";

const LARGEST_RELEASE = 1024 * 1024;
const LARGEST_RESULTS = 16 * 1024 * 1024;

/**
 * The results of every round that was released before this one closed, in the order of the ledger: what they hide of a group stays
 * hidden. Which these are the ledger says, so that every trustee takes the same, and a server that leaves one out is found.
 * @throws ERR_LEDGER_*, ERR_RELEASE_INVALID if one is not what k trustees signed
 */
export async function earlierResults(transport: Transport, programme: Programme, history: RoundHistory): Promise<Results[]> {
  // Of any age: only what stood there before the close is read.
  const view = await LedgerView.read(transport, programme, new Date(0));
  const rounds = new Map<string, { readonly name: string; readonly timeline: RoundTimeline }>();
  for await (const { entry, index } of view.entries()) {
    if (index >= (history.closedAt ?? 0)) break;
    if (entry.type === "manifest") {
      const seen = soundManifest(entry, programme);
      if (seen !== null) rounds.set(toHex(seen.id), { name: seen.manifest.round, timeline: new RoundTimeline({ ...seen, index }) });
    } else if ("manifest" in entry) {
      const timeline = rounds.get(entry.manifest)?.timeline;
      timeline?.add(entry, index, timeline.isSigned(entry));
    }
  }
  const results: Results[] = [];
  for (const { name, timeline } of rounds.values())
    if (timeline.release !== null) results.push(await releasedResults(transport, name, timeline.release.sha256));
  return results;
}

/** The operator writes the ledger: a manifest that is none, or of a channel, has no results, and stops nobody. */
function soundManifest(entry: ManifestEntry, programme: Programme): ReturnType<typeof checkedManifest> | null {
  try {
    const seen = checkedManifest(entry, programme);
    return seen.manifest.kind === "reports" ? null : seen;
  } catch (error) {
    if (!isAmanaError(error)) throw error;
    return null;
  }
}

async function releasedResults(transport: Transport, round: string, sha256: string): Promise<Results> {
  const release = await transport.get(`releases/${round}/release.json`, LARGEST_RELEASE);
  const results = await transport.get(`releases/${round}/results.json`, LARGEST_RESULTS);
  const listed = toHex(SHA256(release)) === sha256 ? decodeRelease(release).files.find(({ name }) => name === "results.json") : undefined;
  if (listed?.sha256 !== toHex(SHA256(results))) throw new AmanaError("ERR_RELEASE_INVALID");
  // k trustees signed these bytes, which their own tools made.
  return JSON.parse(new TextDecoder().decode(results)) as Results;
}
