import { fromHex, toHex } from "@amana/core/bytes";
import type { AbsentEntry, Entry, HeldEntry, OpeningFaultEntry, ReleaseEntry, ShareListEntry } from "@amana/core/entries";
import type { RoundTimes } from "@amana/core/manifest";
import { type Selected, Selection } from "@amana/core/opening";
import { verifySubmissionLeaf } from "@amana/core/submission";
import { IssuerEntries } from "./issuer-entries.ts";
import type { LedgerView, SeenEntry, SeenManifest } from "./ledger-view.ts";
import { isSignedEntry, RoundTimeline } from "./round-timeline.ts";

/** What entered together: the leaves of one epoch entry, in ledger order. */
export interface SealedEpoch {
  readonly from: number;
  readonly to: number;
  readonly leaves: readonly Selected[];
}

/** All that the ledger says of one round. Entries of key holders, and a release, are kept only if their signatures are right. */
export interface RoundHistory {
  readonly seen: SeenManifest;
  /** What holds of the round now, amendments that count taken in. */
  readonly times: RoundTimes;
  /** Whether an amendment that cancels the round would still count. */
  readonly isCancellable: boolean;
  readonly epochs: readonly SealedEpoch[];
  /** Signed leaves that stand in no epoch. They count, as their promise was kept; but nobody can fetch their envelopes. */
  readonly loose: readonly Selected[];
  readonly held: readonly HeldEntry[];
  /** The `held` entries on which a trustee's commitment rests: its last word on each epoch before it committed, by holder and epoch. */
  readonly heldAtCommitment: ReadonlyMap<string, HeldEntry>;
  /** Ledger size just after the round's `close`, or null while it is open. */
  readonly closedAt: number | null;
  /** The first commitment of each trustee after the close and over its ledger; others do not exist. */
  readonly shareLists: ReadonlyMap<number, ShareListEntry>;
  readonly absent: readonly AbsentEntry[];
  readonly faults: readonly OpeningFaultEntry[];
  /** Both kinds, in the order of the ledger. */
  readonly accusations: readonly (AbsentEntry | OpeningFaultEntry)[];
  readonly release: ReleaseEntry | null;
  readonly releasedAt: number | null;
  /** What the round's issuers logged; a trustee checks it before it commits. */
  readonly issued: IssuerEntries;
  /** `trustee/<index>` and `issuer/<audience>/<name>` whose keys are gone. */
  readonly destroyed: ReadonlySet<string>;
}

/** Reads a round's history from its manifest to the end of the ledger. @throws ERR_LEDGER_*, ERR_ENTRY_INVALID */
export async function readHistory(view: LedgerView, seen: SeenManifest): Promise<RoundHistory> {
  const builder = new HistoryBuilder(seen);
  for await (const entry of view.entries(seen.index)) builder.add(entry);
  return builder.build();
}

/**
 * Puts a history together, entry by entry, in ledger order. The operator writes the ledger: what an entry lacks to be worth anything makes it
 * nothing, and never stops the others. Whatever is left out here is named by the audit.
 */
export class HistoryBuilder {
  readonly #seen: SeenManifest;
  readonly #id: string;
  readonly #epochs: { from: number; to: number; firstIndex: number; count: number; leaves: Selected[] }[] = [];
  readonly #loose: Selected[] = [];
  readonly #held: HeldEntry[] = [];
  readonly #heldAtCommitment = new Map<string, HeldEntry>();
  readonly #shareLists = new Map<number, ShareListEntry>();
  readonly #accusations: (AbsentEntry | OpeningFaultEntry)[] = [];
  readonly #issued = new IssuerEntries();
  readonly #timeline: RoundTimeline;

  constructor(seen: SeenManifest) {
    this.#seen = seen;
    this.#id = toHex(seen.id);
    this.#timeline = new RoundTimeline(seen);
  }

  add({ entry, index, leafHash }: SeenEntry): void {
    if (entry.type === "submission") {
      if (toHex(entry.leaf.manifestId) === this.#id) this.#addLeaf({ leaf: entry.leaf, leafHash, index });
      return;
    }
    if (!("manifest" in entry) || entry.manifest !== this.#id) return;
    this.#addDocument(entry, index);
  }

  /** A leaf that its key did not sign is nobody's: it counts for nothing, and no operator can stop an opening by logging one. */
  #addLeaf(selected: Selected): void {
    if (!verifySubmissionLeaf(selected.leaf)) return;
    const epoch = this.#epochs.at(-1);
    const inside = epoch !== undefined && selected.index >= epoch.firstIndex && selected.index < epoch.firstIndex + epoch.count;
    if (inside) epoch.leaves.push(selected);
    else this.#loose.push(selected);
  }

  #addDocument(entry: Exclude<Entry, { type: "submission" | "report" }>, index: number): void {
    const signed = this.#timeline.isSigned(entry);
    // Whoever writes the ledger could have trustees stopped by entries that no issuer signed.
    if (signed || entry.type === "invitations") this.#issued.add(entry);
    this.#timeline.add(entry, index, signed);
    if (entry.type === "epoch") this.#epochs.push({ ...entry, leaves: [] });
    if (!signed || !isSignedEntry(entry)) return;
    if (entry.type === "held") this.#held.push(entry);
    if (entry.type === "share-list" && this.#timeline.isAtClose(entry.ledgerSize)) this.#commit(entry);
    if (entry.type === "absent" || entry.type === "opening-fault") this.#accusations.push(entry);
  }

  #commit(entry: ShareListEntry): void {
    if (this.#shareLists.has(entry.holder)) return;
    this.#shareLists.set(entry.holder, entry);
    for (const held of this.#held) if (held.holder === entry.holder) this.#heldAtCommitment.set(`${held.holder}/${held.epoch}`, held);
  }

  build(): RoundHistory {
    return {
      seen: this.#seen,
      times: this.#timeline.times,
      isCancellable: this.#timeline.isCancellable,
      epochs: this.#epochs,
      loose: this.#loose,
      held: this.#held,
      heldAtCommitment: this.#heldAtCommitment,
      closedAt: this.#timeline.closedAt,
      shareLists: this.#shareLists,
      absent: this.#accusations.filter((entry) => entry.type === "absent"),
      faults: this.#accusations.filter((entry) => entry.type === "opening-fault"),
      accusations: this.#accusations,
      release: this.#timeline.release,
      releasedAt: this.#timeline.releasedAt,
      issued: this.#issued,
      destroyed: this.#timeline.destroyed,
    };
  }
}

const selections = new WeakMap<RoundHistory, readonly Selected[]>();

/** What a round's opening opens: the last version of each response key up to the close, in ledger order. Verifies every token once. */
export function selected(history: RoundHistory): readonly Selected[] {
  const before = selections.get(history);
  if (before !== undefined) return before;
  const selection = new Selection(history.seen.manifest);
  for (const leaf of leavesBeforeClose(history)) selection.add(leaf);
  const list = selection.list();
  selections.set(history, list);
  return list;
}

/** Every signed leaf up to the close, in no order. */
export function leavesBeforeClose({ epochs, loose, closedAt }: RoundHistory): Selected[] {
  return [...epochs.flatMap(({ leaves }) => leaves), ...loose].filter(({ index }) => closedAt === null || index < closedAt);
}

/**
 * Leaves that fewer than k of these trustees held when they committed: nobody can open them, and all who count find the same, as the
 * ledger says it. A trustee holds what it did not name in its last `held` entry on the epoch; in an epoch of which it said nothing, or
 * whose entry is full, it holds nothing; nor what stands beyond the ledger that the entry speaks of: an operator could else put answers behind it, serve
 * them to nobody, and have every count wait for them for ever.
 */
export function heldByTooFew(history: RoundHistory, holders: readonly number[]): ReadonlySet<string> {
  const { threshold } = history.seen.manifest;
  const out = new Set(history.loose.map(({ leafHash }) => toHex(leafHash)));
  for (const { to, leaves } of history.epochs) {
    const words = holders.flatMap((holder) => history.heldAtCommitment.get(`${holder}/${to}`) ?? []);
    const said = words
      .filter(({ missing }) => missing.length < MOST_MISSING)
      .map(({ missing, ledgerSize }) => ({ missing: new Set(missing), ledgerSize }));
    const end = (leaves.at(-1)?.index ?? 0) + 1;
    if (said.length >= threshold && said.every(({ missing, ledgerSize }) => missing.size === 0 && ledgerSize >= end)) continue;
    for (const { leafHash, index } of leaves) {
      const name = toHex(leafHash);
      const holding = said.filter(({ missing, ledgerSize }) => index < ledgerSize && !missing.has(name));
      if (holding.length < threshold) out.add(name);
    }
  }
  return out;
}

/** Most hashes that a `held` entry names. One that is full may have left some out. */
export const MOST_MISSING = 800;

/** The commitment a trustee logged, 32 bytes. */
export function commitmentOf(history: RoundHistory, holder: number): Uint8Array | null {
  const entry = history.shareLists.get(holder);
  return entry === undefined ? null : fromHex(entry.commitment);
}
