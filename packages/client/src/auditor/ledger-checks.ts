import { toHex } from "@amana/core/bytes";
import { decodeEntry } from "@amana/core/entries";
import { merkleRoot } from "@amana/core/ledger";
import type { LedgerView, SeenEntry } from "../wire/ledger-view.ts";
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

/** Leaves of an epoch follow their entry, sorted by leaf hash; nothing stands outside an epoch; epochs have no gap. */
export function checkEpochs(entries: readonly SeenEntry[], minimumKeys: (manifest: string) => number): string {
  let epochs = 0;
  const covered = new Set<number>();
  const last = new Map<string, number>();
  const keys = new Map<string, Set<string>>();
  for (const { entry, index } of entries) {
    if (entry.type !== "epoch") continue;
    epochs += 1;
    const before = last.get(entry.manifest) ?? -1;
    demand(entry.from === before + 1 && entry.to >= entry.from, `epoch ${entry.to} does not follow epoch ${before}`);
    last.set(entry.manifest, entry.to);
    demand(entry.firstIndex === index + 1, `the leaves of epoch ${entry.to} do not follow it`);
    const leaves = entries.slice(entry.firstIndex, entry.firstIndex + entry.count);
    demand(leaves.length === entry.count, `leaves of epoch ${entry.to} are missing`);
    demand(isSorted(leaves), `the leaves of epoch ${entry.to} are not sorted: their order tells something`);
    const known = keys.get(entry.manifest) ?? new Set();
    keys.set(entry.manifest, known);
    const newKeys = countNew(leaves, entry.manifest, known);
    const closing =
      entries.some((later) => later.index > index && later.entry.type === "close" && later.entry.manifest === entry.manifest) &&
      isLastEpoch(entries, index, entry.manifest);
    demand(newKeys >= minimumKeys(entry.manifest) || closing, `epoch ${entry.to} has ${newKeys} new keys only`);
    for (const leaf of leaves) covered.add(leaf.index);
  }
  const loose = entries.filter(({ entry, index }) => (entry.type === "submission" || entry.type === "report") && !covered.has(index));
  demand(loose.length === 0, `${loose.length} leaves stand outside every epoch`);
  return `${epochs} epochs, leaves sorted by hash`;
}

function isSorted(leaves: readonly SeenEntry[]): boolean {
  return leaves.every(({ leafHash }, at) => at === 0 || toHex((leaves[at - 1] as SeenEntry).leafHash) < toHex(leafHash));
}

function countNew(leaves: readonly SeenEntry[], manifest: string, known: Set<string>): number {
  const before = known.size;
  for (const { entry } of leaves) {
    if (entry.type !== "submission") continue;
    demand(toHex(entry.leaf.manifestId) === manifest, "an epoch holds a leaf of another round");
    known.add(toHex(entry.leaf.responseKey));
  }
  return known.size - before;
}

function isLastEpoch(entries: readonly SeenEntry[], index: number, manifest: string): boolean {
  return !entries.some((later) => later.index > index && later.entry.type === "epoch" && later.entry.manifest === manifest);
}
