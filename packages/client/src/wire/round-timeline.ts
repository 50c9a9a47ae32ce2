import { fromHex, toHex } from "@amana/core/bytes";
import { AmendmentReader, type Entry, type ReleaseEntry, type SignedEntry, verifyEntry } from "@amana/core/entries";
import type { Manifest, RoundTimes } from "@amana/core/manifest";
import { isReleaseSigned } from "@amana/core/release";
import type { SeenManifest } from "./ledger-view.ts";

/**
 * The course of one round, entry by entry, in ledger order. The operator writes the ledger: what an entry lacks to be worth anything makes it
 * nothing, and never stops the others.
 */
export class RoundTimeline {
  readonly #seen: SeenManifest;
  /** Ledger size just after the round's first `close`, or null while it is open. */
  closedAt: number | null = null;
  /** The first release after the close, over its ledger, that k key holders signed. */
  release: ReleaseEntry | null = null;
  releasedAt: number | null = null;
  /** `trustee/<index>` and `issuer/<audience>/<name>` whose keys are gone. */
  readonly destroyed: Set<string> = new Set();
  readonly #amendments: AmendmentReader;

  constructor(seen: SeenManifest) {
    this.#seen = seen;
    this.#amendments = new AmendmentReader(seen.manifest);
  }

  /** What holds of the round now, amendments that count taken in. */
  get times(): RoundTimes {
    return this.#amendments.times;
  }

  /** Whether an amendment that cancels the round would still count. */
  get isCancellable(): boolean {
    return this.#amendments.isCancellable;
  }

  /** Takes an entry of this round. `signed`: whether it is signed by whom it names ({@link isSigned}). */
  add(entry: Entry, index: number, signed: boolean): void {
    this.#amendments.take(entry, index);
    if (entry.type === "close") this.closedAt ??= index + 1;
    // The operator writes this entry: without k signatures it says nothing, or trustees would destroy their keys at its word.
    if (entry.type === "release" && signed && this.isAtClose(entry.ledgerSize) && this.release === null) {
      this.release = entry;
      this.releasedAt = index;
    }
    if (entry.type === "key-destroyed" && signed) this.destroyed.add(entry.holder);
  }

  /** Whether an entry speaks of the ledger at the close, which is behind us. */
  isAtClose(ledgerSize: number): boolean {
    return ledgerSize === this.closedAt;
  }

  /** Whether a document of this round is signed by whom it names: a key holder, an issuer, or for a release k of them. */
  isSigned(entry: Entry): boolean {
    const { manifest } = this.#seen;
    if (entry.type === "release") return isSignedRelease(manifest, entry);
    return isSignedEntry(entry) && entry.manifest === toHex(this.#seen.id) && verifyEntry(manifest, entry);
  }
}

/** Whether k trustees signed the release that an entry names. */
export function isSignedRelease(manifest: Manifest, { sha256, signatures }: ReleaseEntry): boolean {
  const given = signatures.map(({ holder, signature }) => ({ holder, signature: fromHex(signature) }));
  return isReleaseSigned(fromHex(sha256), manifest, given);
}

/** Whether an entry is one that a key holder or an issuer signs. */
export function isSignedEntry(entry: Entry): entry is SignedEntry {
  return "signature" in entry && typeof entry.signature === "string";
}
