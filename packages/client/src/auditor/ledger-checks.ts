import { compare, toHex } from "@amana/core/bytes";
import { decodeEntry, type EpochEntry } from "@amana/core/entries";
import { merkleRoot } from "@amana/core/ledger";
import type { LedgerView, SeenEntry, SeenManifest } from "../wire/ledger-view.ts";
import { demand } from "./check.ts";

/** A checkpoint that this auditor saw before: its size and root. The auditor keeps it, the server cannot change it. */
export interface KnownCheckpoint {
  readonly size: number;
  readonly root: string;
}

/** Reads and decodes the whole ledger, each entry proved under the checkpoint. */
export async function readAll(view: LedgerView, entries: SeenEntry[], onProgress: (done: number, total: number) => void): Promise<string> {
  for await (const { index, entry, leaf } of view.reader.entries(0)) {
    entries.push({ index, bytes: entry, leafHash: leaf, entry: decodeEntry(entry) });
    if (index % 64 === 0) onProgress(index, view.checkpoint.size);
  }
  demand(entries.length === view.checkpoint.size, "the ledger is shorter than its checkpoint says");
  return `${entries.length} entries hash to the checkpoint's root`;
}

/** The ledger continues the one this auditor saw last time. */
export function checkConsistency(entries: readonly SeenEntry[], known: KnownCheckpoint | null): string {
  if (known === null) return "first time: nothing to compare with";
  demand(known.size <= entries.length, `it had ${known.size} entries before and has ${entries.length} now`);
  const root = merkleRoot(entries.slice(0, known.size).map(({ leafHash }) => leafHash));
  demand(toHex(root) === known.root, `its first ${known.size} entries are not those seen before`);
  return `continues the ${known.size} entries seen before`;
}

/** What has been seen of one round's epochs while the ledger is read. */
class RoundEpochs {
  readonly seen: SeenManifest;
  /** The last epoch's number; -1 before the first. */
  last = -1;
  closed = false;
  /** An epoch with too few new keys: only the first seal of a round that closes with it may be one. */
  small: EpochEntry | null = null;
  readonly keys = new Set<string>();

  constructor(seen: SeenManifest) {
    this.seen = seen;
  }

  get minimumKeys(): number {
    const { kind, epoch } = this.seen.manifest;
    return kind === "reports" ? 0 : epoch.minimumKeys;
  }

  /** How many response keys are new among these leaves, which must be the round's own. */
  addLeaves(leaves: readonly SeenEntry[]): number {
    const id = toHex(this.seen.id);
    const before = this.keys.size;
    for (const { entry, index } of leaves) {
      const type = this.seen.manifest.kind === "reports" ? "report" : "submission";
      demand(entry.type === type, `entry ${index} stands among the leaves of an epoch and is none of its round`);
      if (entry.type !== "submission") continue;
      demand(toHex(entry.leaf.manifestId) === id, "an epoch holds a leaf of another round");
      this.keys.add(toHex(entry.leaf.responseKey));
    }
    return this.keys.size - before;
  }
}

/**
 * Leaves of an epoch follow their entry, sorted by leaf hash; nothing stands outside an epoch, or after the close, where it would not be
 * counted; epochs have no gap, and none but that of a whole small round has fewer new keys than the manifest says. One pass.
 */
export function checkEpochs(entries: readonly SeenEntry[], manifests: readonly SeenManifest[]): string {
  const rounds = new Map(manifests.map((seen) => [toHex(seen.id), new RoundEpochs(seen)]));
  let epochs = 0;
  let leavesUntil = 0;
  let loose = 0;
  for (const { entry, index } of entries) {
    if (index >= leavesUntil && (entry.type === "submission" || entry.type === "report")) loose += 1;
    if (entry.type !== "epoch" && entry.type !== "close") continue;
    const round = rounds.get(entry.manifest);
    demand(round !== undefined && index > round.seen.index, `entry ${index} is of a round that has no manifest before it`);
    demand(!round.closed, `entry ${index} comes after the close of ${round.seen.manifest.round}: it is not counted`);
    if (entry.type === "close") {
      round.closed = true;
      continue;
    }
    epochs += 1;
    leavesUntil = checkEpoch(entries, entry, index, round);
  }
  for (const { small, closed } of rounds.values()) if (!closed) demandKeys(small);
  demand(loose === 0, `${loose} leaves stand outside every epoch`);
  return `${epochs} epochs, leaves sorted by hash`;
}

/** Checks one epoch and its leaves, and gives the index after the last of them. */
function checkEpoch(entries: readonly SeenEntry[], entry: EpochEntry, index: number, round: RoundEpochs): number {
  demandKeys(round.small);
  demand(entry.from === round.last + 1 && entry.to >= entry.from, `epoch ${entry.to} does not follow epoch ${round.last}`);
  round.last = entry.to;
  demand(entry.firstIndex === index + 1, `the leaves of epoch ${entry.to} do not follow it`);
  const leaves = entries.slice(entry.firstIndex, entry.firstIndex + entry.count);
  demand(leaves.length === entry.count && entry.count > 0, `leaves of epoch ${entry.to} are missing`);
  demand(isSorted(leaves), `the leaves of epoch ${entry.to} are not sorted: their order tells something`);
  if (round.addLeaves(leaves) < round.minimumKeys) {
    // At the close the two epochs that are left are sealed as one, and the first of them is full: only a round's first can be small.
    round.small = entry;
    if (entry.from > 0) demandKeys(entry);
  }
  return entry.firstIndex + entry.count;
}

function demandKeys(small: EpochEntry | null): void {
  demand(small === null, `epoch ${small?.to} has fewer new keys than the manifest says`);
}

function isSorted(leaves: readonly SeenEntry[]): boolean {
  return leaves.every(({ leafHash }, at) => at === 0 || compare((leaves[at - 1] as SeenEntry).leafHash, leafHash) < 0);
}
