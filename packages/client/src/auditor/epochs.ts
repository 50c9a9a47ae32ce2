import { compare } from "@amana/core/bytes";
import type { EpochEntry } from "@amana/core/entries";
import type { AuditedEntry, AuditedRound } from "./audited-round.ts";
import { type Check, demand } from "./check.ts";

/** What has been seen of one round's epochs. */
interface RoundEpochs {
  /** The last epoch's number; -1 before the first. */
  last: number;
  closed: boolean;
  /** An epoch with too few new keys: only the first seal of a round that closes with it may be one. */
  small: EpochEntry | null;
}

/** An epoch whose leaves are being read. */
interface OpenEpoch {
  readonly entry: EpochEntry;
  readonly round: AuditedRound;
  readonly epochs: RoundEpochs;
  left: number;
  newKeys: number;
  lastHash: Uint8Array | null;
}

/**
 * Leaves of an epoch follow their entry, sorted by leaf hash; nothing stands outside an epoch, or after the close, where it would not be
 * counted; epochs have no gap, and none but that of a whole small round has fewer new keys than the manifest says.
 */
export class EpochsCheck implements Check {
  readonly name = "epochs";
  readonly #epochs = new Map<AuditedRound, RoundEpochs>();
  #open: OpenEpoch | null = null;
  #count = 0;
  #loose = 0;

  entry(seen: AuditedEntry): void {
    const { entry, index, round } = seen;
    if (this.#open !== null) this.#takeLeaf(this.#open, seen);
    else if (entry.type === "submission" || entry.type === "report") this.#loose += 1;
    else if (round !== null && entry.type === "epoch") this.#begin(entry, round, index);
    else if (round !== null && entry.type === "close") this.#of(round, index).closed = true;
  }

  end(): string {
    demand(this.#open === null, `leaves of epoch ${this.#open?.entry.to} are missing`);
    for (const { small, closed } of this.#epochs.values()) if (!closed) demandKeys(small);
    demand(this.#loose === 0, `${this.#loose} leaves stand outside every epoch`);
    return `${this.#count} epochs, leaves sorted by hash`;
  }

  /** The epochs of a round, which must be open. */
  #of(round: AuditedRound, index: number): RoundEpochs {
    const epochs = this.#epochs.get(round) ?? { last: -1, closed: false, small: null };
    this.#epochs.set(round, epochs);
    demand(!epochs.closed, `entry ${index} comes after the close of ${round.manifest.round}: it is not counted`);
    return epochs;
  }

  #begin(entry: EpochEntry, round: AuditedRound, index: number): void {
    const epochs = this.#of(round, index);
    demandKeys(epochs.small);
    demand(entry.from === epochs.last + 1 && entry.to >= entry.from, `epoch ${entry.to} does not follow epoch ${epochs.last}`);
    demand(entry.firstIndex === index + 1, `the leaves of epoch ${entry.to} do not follow it`);
    demand(entry.count > 0, `leaves of epoch ${entry.to} are missing`);
    epochs.last = entry.to;
    this.#count += 1;
    this.#open = { entry, round, epochs, left: entry.count, newKeys: 0, lastHash: null };
  }

  #takeLeaf(open: OpenEpoch, { entry, index, leafHash, round, leaf }: AuditedEntry): void {
    const type = open.round.manifest.kind === "reports" ? "report" : "submission";
    demand(entry.type === type, `entry ${index} stands among the leaves of an epoch and is none of its round`);
    demand(type === "report" || round === open.round, "an epoch holds a leaf of another round");
    const sorted = open.lastHash === null || compare(open.lastHash, leafHash) < 0;
    demand(sorted, `the leaves of epoch ${open.entry.to} are not sorted: their order tells something`);
    open.lastHash = leafHash;
    if (leaf?.newKey === true) open.newKeys += 1;
    open.left -= 1;
    if (open.left === 0) this.#finish(open);
  }

  #finish({ entry, round, epochs, newKeys }: OpenEpoch): void {
    this.#open = null;
    const { kind, epoch } = round.manifest;
    if (kind === "reports" || newKeys >= epoch.minimumKeys) return;
    // At the close the two epochs that are left are sealed as one, and the first of them is full: only a round's first can be small.
    epochs.small = entry;
    if (entry.from > 0) demandKeys(entry);
  }
}

function demandKeys(small: EpochEntry | null): void {
  demand(small === null, `epoch ${small?.to} has fewer new keys than the manifest says`);
}
