import { fromHex, toHex } from "@amana/core/bytes";
import type { AbsentEntry, Entry, HeldEntry, HolderEntry, OpeningFaultEntry, ReleaseEntry, ShareListEntry } from "@amana/core/entries";
import { verifyEntry } from "@amana/core/entries";
import { AmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { type Selected, Selection } from "@amana/core/opening";
import { isReleaseSigned } from "@amana/core/release";
import { verifySubmissionLeaf } from "@amana/core/submission";
import type { LedgerView, SeenEntry, SeenManifest } from "./ledger-view.ts";

/** What entered together: the leaves of one epoch entry, in ledger order. */
export interface SealedEpoch {
  readonly from: number;
  readonly to: number;
  readonly leaves: readonly Selected[];
}

/** All that the ledger says of one round. Entries of key holders, and a release, are kept only if their signatures are right. */
export interface RoundHistory {
  readonly seen: SeenManifest;
  readonly epochs: readonly SealedEpoch[];
  readonly held: readonly HeldEntry[];
  /** Ledger size just after the round's `close`, or null while it is open. */
  readonly closedAt: number | null;
  /** The first commitment of each trustee; later ones do not exist. */
  readonly shareLists: ReadonlyMap<number, ShareListEntry>;
  readonly absent: readonly AbsentEntry[];
  readonly faults: readonly OpeningFaultEntry[];
  readonly release: ReleaseEntry | null;
  readonly releasedAt: number | null;
  /** `trustee/<index>` and `issuer/<audience>/<name>` whose keys are gone. */
  readonly destroyed: ReadonlySet<string>;
}

/** Reads a round's history from its manifest to the end of the ledger. @throws ERR_LEDGER_*, ERR_ENTRY_INVALID */
export async function readHistory(view: LedgerView, seen: SeenManifest): Promise<RoundHistory> {
  const builder = new HistoryBuilder(seen);
  for await (const entry of view.entries(seen.index)) builder.add(entry);
  return builder.build();
}

/** Puts a history together, entry by entry. */
export class HistoryBuilder {
  readonly #seen: SeenManifest;
  readonly #id: string;
  readonly #epochs: { from: number; to: number; leaves: Selected[]; left: number }[] = [];
  readonly #held: HeldEntry[] = [];
  readonly #shareLists = new Map<number, ShareListEntry>();
  readonly #absent: AbsentEntry[] = [];
  readonly #faults: OpeningFaultEntry[] = [];
  readonly #destroyed = new Set<string>();
  #closedAt: number | null = null;
  #release: { entry: ReleaseEntry; at: number } | null = null;

  constructor(seen: SeenManifest) {
    this.#seen = seen;
    this.#id = toHex(seen.id);
  }

  add({ entry, index, leafHash }: SeenEntry): void {
    if (entry.type === "submission") {
      if (toHex(entry.leaf.manifestId) === this.#id) this.#addLeaf({ leaf: entry.leaf, leafHash, index });
      return;
    }
    if (!("manifest" in entry) || entry.manifest !== this.#id) return;
    this.#addDocument(entry, index);
  }

  #addLeaf(selected: Selected): void {
    const epoch = this.#epochs.at(-1);
    if (epoch === undefined || epoch.left === 0 || !verifySubmissionLeaf(selected.leaf)) throw new AmanaError("ERR_ENTRY_INVALID");
    epoch.leaves.push(selected);
    epoch.left -= 1;
  }

  #addDocument(entry: Exclude<Entry, { type: "submission" | "report" }>, index: number): void {
    if (entry.type === "epoch") this.#epochs.push({ from: entry.from, to: entry.to, leaves: [], left: entry.count });
    if (entry.type === "close") this.#closedAt ??= index + 1;
    // The operator writes this entry: without k signatures it says nothing, or trustees would destroy their keys at its word.
    if (entry.type === "release" && isSignedRelease(this.#seen.manifest, entry)) this.#release ??= { entry, at: index };
    if (entry.type === "key-destroyed" && entry.signature === null) this.#destroyed.add(entry.holder);
    if (!isHolderEntry(entry) || !verifyEntry(this.#seen.manifest, entry)) return;
    if (entry.type === "held") this.#held.push(entry);
    if (entry.type === "share-list" && !this.#shareLists.has(entry.holder)) this.#shareLists.set(entry.holder, entry);
    if (entry.type === "absent") this.#absent.push(entry);
    if (entry.type === "opening-fault") this.#faults.push(entry);
    if (entry.type === "key-destroyed") this.#destroyed.add(entry.holder);
  }

  build(): RoundHistory {
    return {
      seen: this.#seen,
      epochs: this.#epochs,
      held: this.#held,
      closedAt: this.#closedAt,
      shareLists: this.#shareLists,
      absent: this.#absent,
      faults: this.#faults,
      release: this.#release?.entry ?? null,
      releasedAt: this.#release?.at ?? null,
      destroyed: this.#destroyed,
    };
  }
}

/** Whether k trustees signed the release that an entry names. */
export function isSignedRelease(manifest: Manifest, { sha256, signatures }: ReleaseEntry): boolean {
  const given = signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) }));
  return isReleaseSigned(fromHex(sha256), manifest, given);
}

function isHolderEntry(entry: Entry): entry is HolderEntry {
  return "signature" in entry && typeof entry.signature === "string";
}

/** What a round's opening opens: the last version of each response key up to the close, in ledger order. */
export function selected(history: RoundHistory): Selected[] {
  const selection = new Selection(history.seen.manifest);
  for (const { leaves } of history.epochs) {
    for (const leaf of leaves) if (history.closedAt === null || leaf.index < history.closedAt) selection.add(leaf);
  }
  return selection.list();
}

/** Trustees named absent by another trustee that committed, or at fault: none of them opens. */
export function excluded(history: RoundHistory): number[] {
  const named = history.absent
    .filter(({ holder, absent }) => holder !== absent && history.shareLists.has(holder))
    .map(({ absent }) => absent);
  const faulty = history.faults.filter(({ holder, fault }) => holder !== fault && history.shareLists.has(holder)).map(({ fault }) => fault);
  return [...new Set([...named, ...faulty])];
}

/** The commitment a trustee logged, 32 bytes. */
export function commitmentOf(history: RoundHistory, holder: number): Uint8Array | null {
  const entry = history.shareLists.get(holder);
  return entry === undefined ? null : fromHex(entry.commitment);
}
