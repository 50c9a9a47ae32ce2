import { toHex } from "../bytes/index.ts";
import { amendedOnce, type Manifest, manifestId, manifestTimes, type RoundTimes } from "../manifest/index.ts";
import type { Entry } from "./model.ts";
import { verifyEntry } from "./signatures.ts";

/**
 * Reads a round's amendments out of the ledger. Whoever reads the ledger in order, a server at its start, a trustee's tool, an auditor, gives
 * it every entry after the manifest. Where an entry stands decides as well as what it says: after `close` no window moves any more, and once k
 * trustees have committed the round can be opened, so that nobody can cancel what has been read.
 */
export class AmendmentReader {
  readonly #manifest: Manifest;
  readonly #id: string;
  readonly #committed = new Set<number>();
  #closedAt: number | null = null;
  #times: RoundTimes;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    this.#id = toHex(manifestId(manifest));
    this.#times = manifestTimes(manifest);
  }

  /** What holds of the round after the entries read so far. */
  get times(): RoundTimes {
    return this.#times;
  }

  /** Whether an amendment that cancels would still count here. */
  get isCancellable(): boolean {
    if (this.#manifest.kind === "reports") return this.#closedAt === null;
    return this.#committed.size < this.#manifest.threshold;
  }

  /** Whether an amendment that moves the close would still count here. */
  get isMovable(): boolean {
    return this.#closedAt === null;
  }

  /** Takes the entry at this index. @returns whether it is an amendment that counts */
  take(entry: Entry, index: number): boolean {
    if (!("manifest" in entry) || entry.manifest !== this.#id) return false;
    if (entry.type === "close") this.#closedAt ??= index + 1;
    if (entry.type === "share-list" && entry.ledgerSize === this.#closedAt && verifyEntry(this.#manifest, entry))
      this.#committed.add(entry.holder);
    if (entry.type !== "amendment") return false;
    if (!(entry.change.kind === "cancel" ? this.isCancellable : this.isMovable)) return false;
    const times = amendedOnce(this.#manifest, this.#times, entry);
    if (times === null) return false;
    this.#times = times;
    return true;
  }
}
