import { equal, toHex } from "@amana/core/bytes";
import { inclusionProofInRange } from "@amana/core/ledger";
import { encodeReceiptProof, type InclusionPromise } from "@amana/core/submission";
import type { Relayed } from "./relayed.ts";
import { checkPlace, type RoundSource, viewAgain } from "./source.ts";

/** What an inclusion check found, and what it verified on the way. */
export interface Inclusion {
  readonly included: boolean;
  /** The ledger's size at the checkpoint that was checked; 0 where none was, as a relay has not given the answer on yet. */
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

/**
 * Where an answer is: `sent` when a relay has promised to give it on and nobody else has yet, `promised` when the collector has. Kept it is
 * only when it is in the ledger.
 */
export type ReceiptState = "sent" | "promised";

/** Proves that an answer was taken. Harmless to show: it says nothing of what was answered. */
export class Receipt {
  readonly leafHash: Uint8Array;
  /** The relay's promise, in a round with a relay. */
  readonly relayed: Relayed | null;
  readonly #source: RoundSource;
  #promise: InclusionPromise | null;

  constructor(
    taken: { readonly leafHash: Uint8Array } & ({ readonly promise: InclusionPromise } | { readonly relayed: Relayed }),
    source: RoundSource,
  ) {
    this.leafHash = taken.leafHash;
    this.#promise = "promise" in taken ? taken.promise : null;
    this.relayed = "relayed" in taken ? taken.relayed : null;
    this.#source = source;
  }

  /** The collector's promise; through a relay null until `verifyIncluded` has found it. */
  get promise(): InclusionPromise | null {
    return this.#promise;
  }

  get state(): ReceiptState {
    return this.#promise === null ? "sent" : "promised";
  }

  /** When the relay gives the answer on, unix seconds; null where there is none. Before that nobody but the relay has it. */
  get releaseAt(): number | null {
    return this.relayed?.releaseAt ?? null;
  }

  /** The epoch in which the answer enters the ledger; null while the collector has not promised. */
  get epoch(): number | null {
    return this.#promise?.epoch ?? null;
  }

  /**
   * The receipt as text to keep: anyone can check it against the ledger. While the answer is only sent it does not name the leaf: the
   * relay, which knows the slot, must not learn from it which leaf that became.
   */
  get text(): string {
    if (this.#promise === null) return this.relayed?.text ?? "";
    const { manifestId, leafHash, epoch, signature } = this.#promise;
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
   * everybody: the server does not learn which leaf is looked for. Nothing is fetched before a relay has given the answer on. Not included yet is no alarm before the round's `sealBy`.
   * @throws ERR_LEDGER_* when the ledger does not check, ERR_NETWORK
   */
  async verifyIncluded(): Promise<Inclusion> {
    const { seen, environment } = this.#source;
    if (this.#source.route?.isEarly(this.releaseAt)) return { included: false, ledgerSize: 0 };
    const [random = 0] = environment.rng(1);
    await environment.wait((random / 255) * LONGEST_DELAY);
    this.#promise ??= (await this.#source.route?.promiseOf(this.leafHash, this.#source)) ?? null;
    const view = await viewAgain(this.#source);
    // What the proof is made of is fetched before anything is found, and whether or not it will be.
    const before = await view.reader.peaks(seen.index);
    const leaves: Uint8Array[] = [];
    let own: number | null = null;
    for await (const { index, leaf } of view.reader.leaves(seen.index)) {
      checkPlace(this.#source, { index, leafHash: leaf });
      if (equal(leaf, this.leafHash)) own = index;
      leaves.push(leaf);
    }
    const found = { included: own !== null, ledgerSize: view.checkpoint.size, ...(view.age === "fresh" ? {} : { warning: view.age }) };
    // A collector that withholds its promise from the list takes the proof's file, not the answer's place in the ledger.
    if (own === null || this.#promise === null) return found;
    const proof = inclusionProofInRange({ start: seen.index, before, leaves }, own);
    return { ...found, proof: encodeReceiptProof({ promise: this.#promise, index: own, proof, checkpoint: view.checkpoint.note }) };
  }
}
