import { toHex } from "@amana/core/bytes";
import { decodeEntry } from "@amana/core/entries";
import { verifySubmissionLeaf } from "@amana/core/submission";
import { MOST_MISSING } from "../wire/round-history.ts";
import type { AuditedRound, EpochPlace } from "./audited-round.ts";
import type { Auditing } from "./auditing.ts";

/**
 * How many selected leaves of each audience are `missing` (docs/protocol.md §8.5): fewer than k of these trustees held them when they committed, or
 * they stand outside every epoch. On purpose not the code of trustees' tools (`heldByTooFew`), which it judges. Reads again only the epochs of which somebody said that something is missing, or too few said anything.
 */
export async function missingByAudience(
  round: AuditedRound,
  entries: Auditing["entries"],
  holders: readonly number[],
): Promise<readonly number[]> {
  const counts = new Array<number>(round.manifest.audiences.length).fill(0);
  for (const place of [...round.epochs.values()].flat()) {
    const said = saidOf(round, holders, place);
    const { threshold } = round.manifest;
    const end = place.firstIndex + place.count;
    if (said.length >= threshold && said.every(({ missing, ledgerSize }) => missing.size === 0 && ledgerSize >= end)) continue;
    await count(place.firstIndex, place.count, (name, index) => {
      const holding = said.filter(({ missing, ledgerSize }) => index < ledgerSize && !missing.has(name));
      return holding.length < threshold;
    });
  }
  for (const index of round.loose) await count(index, 1, () => true);
  return counts;

  async function count(from: number, length: number, isMissing: (leafHash: string, index: number) => boolean): Promise<void> {
    for await (const { index, entry, leaf: leafHash } of entries(from, from + length)) {
      const read = decodeEntry(entry);
      if (read.type !== "submission" || !isMissing(toHex(leafHash), index) || !round.keys.selects(read.leaf)) continue;
      // Whoever writes the ledger can copy a leaf that counts, but not sign the copy.
      if (!verifySubmissionLeaf(read.leaf)) continue;
      counts[read.leaf.audience] = (counts[read.leaf.audience] as number) + 1;
    }
  }
}

interface Said {
  readonly missing: ReadonlySet<string>;
  /** What stands beyond this ledger it did not speak of. */
  readonly ledgerSize: number;
}

/** What each of these trustees said of an epoch. One that said nothing of it, or whose word is full, holds nothing and is left out. */
function saidOf({ said }: AuditedRound, holders: readonly number[], { to }: EpochPlace): Said[] {
  const words = holders.flatMap((holder) => said.heldBy(holder, to) ?? []);
  return words
    .filter(({ missing }) => missing.length < MOST_MISSING)
    .map(({ missing, ledgerSize }) => ({ missing: new Set(missing), ledgerSize }));
}
