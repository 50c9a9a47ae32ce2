import { equal, toHex } from "@amana/core/bytes";
import { inclusionProofInRange } from "@amana/core/ledger";
import { encodeReceiptProof, type InclusionPromise } from "@amana/core/submission";
import { checkPlace, type RoundSource, viewAgain } from "./source.ts";

/** What an inclusion check found, and what it verified on the way. */
export interface Inclusion {
  readonly included: boolean;
  /** The ledger's size at the checkpoint that was checked. */
  readonly ledgerSize: number;
  /** Why the checkpoint may not be the newest: it is old (`stale`), or from this device's future (`ahead`). */
  readonly warning?: "stale" | "ahead";
  /**
   * Once included: a C2SP `.tlog-proof` that anyone can check without a server (`amana receipt verify`). It names the leaf, not the person, nor
   * what was answered.
   */
  readonly proof?: string;
}

/** At most this long is waited before a check, so that who looks is not told by when. Milliseconds. */
const LONGEST_DELAY = 3000;

/** Proves that an answer was kept. Harmless to show: it says nothing of what was answered. */
export class Receipt {
  readonly promise: InclusionPromise;
  readonly #source: RoundSource;

  constructor(promise: InclusionPromise, source: RoundSource) {
    this.promise = promise;
    this.#source = source;
  }

  /** The epoch in which the answer enters the ledger. */
  get epoch(): number {
    return this.promise.epoch;
  }

  /** The receipt as text to keep: anyone can check it against the ledger. */
  get text(): string {
    const { manifestId, leafHash, epoch, signature } = this.promise;
    return [
      "amana/1 receipt",
      `round ${this.#source.seen.manifest.round}`,
      `manifest ${toHex(manifestId)}`,
      `leaf ${toHex(leafHash)}`,
      `epoch ${epoch}`,
      `promise ${toHex(signature)}`,
      "",
    ].join("\n");
  }

  /**
   * Looks for the answer in the ledger, after a random delay. Fetches all level-0 tiles from the round's manifest on, like
   * everybody: the server does not learn which leaf is looked for. Not included yet is no alarm before the round's `sealBy`.
   * @throws ERR_LEDGER_* when the ledger does not check, ERR_NETWORK
   */
  async verifyIncluded(): Promise<Inclusion> {
    const { seen, environment } = this.#source;
    const [random = 0] = environment.rng(1);
    await environment.wait((random / 255) * LONGEST_DELAY);
    const view = await viewAgain(this.#source);
    // What the proof is made of is fetched before anything is found, and whether or not it will be.
    const before = await view.reader.peaks(seen.index);
    const leaves: Uint8Array[] = [];
    let own: number | null = null;
    for await (const { index, leaf } of view.reader.leaves(seen.index)) {
      checkPlace(this.#source, { index, leafHash: leaf });
      if (equal(leaf, this.promise.leafHash)) own = index;
      leaves.push(leaf);
    }
    const found = { included: own !== null, ledgerSize: view.checkpoint.size, ...(view.age === "fresh" ? {} : { warning: view.age }) };
    if (own === null) return found;
    const proof = inclusionProofInRange({ start: seen.index, before, leaves }, own);
    return { ...found, proof: encodeReceiptProof({ promise: this.promise, index: own, proof, checkpoint: view.note }) };
  }
}
