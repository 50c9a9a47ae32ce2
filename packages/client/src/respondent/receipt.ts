import { equal, toHex } from "@amana/core/bytes";
import type { InclusionPromise } from "@amana/core/submission";
import { checkPlace, type RoundSource, viewAgain } from "./source.ts";

/** What an inclusion check found, and what it verified on the way. */
export interface Inclusion {
  readonly included: boolean;
  /** The ledger's size at the checkpoint that was checked. */
  readonly ledgerSize: number;
  /** Why the checkpoint may not be the newest: it is old (`stale`), or from this device's future (`ahead`). */
  readonly warning?: "stale" | "ahead";
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
    let included = false;
    for await (const { index, leaf } of view.reader.leaves(seen.index)) {
      checkPlace(this.#source, { index, leafHash: leaf });
      if (equal(leaf, this.promise.leafHash)) included = true;
    }
    const found = { included, ledgerSize: view.checkpoint.size };
    return view.age === "fresh" ? found : { ...found, warning: view.age };
  }
}
