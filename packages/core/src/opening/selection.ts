import { toHex } from "../bytes/index.ts";
import type { Manifest } from "../manifest/index.ts";
import { checkTokens, type SubmissionLeaf } from "../submission/index.ts";

/** What is opened for one response key: the leaf of its highest sequence. */
export interface Selected {
  readonly leaf: SubmissionLeaf;
  readonly leafHash: Uint8Array;
  /** The leaf's place in the ledger. */
  readonly index: number;
}

/**
 * Finds, of every response key, the version that counts: the highest sequence among the leaves of its audience.
 *
 * A key's audience is that of its lowest-sequence leaf with valid tokens; a revision may carry no tokens, so without this
 * rule a person could move their answer to another audience. A key without any valid tokens has nothing that counts.
 */
export class Selection {
  readonly #manifest: Manifest;
  readonly #keys = new Map<string, { audience: { sequence: number; value: number } | null; last: Map<number, Selected> }>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  /** Takes one submission leaf of the round, in any order. Its signature has been verified; `tokens` is `checkTokens`' verdict if known. */
  add(selected: Selected, tokens: "valid" | "none" | "invalid" = checkTokens(selected.leaf, this.#manifest)): void {
    const { leaf } = selected;
    const key = toHex(leaf.responseKey);
    const known = this.#keys.get(key) ?? { audience: null, last: new Map<number, Selected>() };
    this.#keys.set(key, known);
    if (tokens === "invalid") return;
    if (tokens === "valid" && (known.audience === null || leaf.sequence < known.audience.sequence)) {
      known.audience = { sequence: leaf.sequence, value: leaf.audience };
    }
    const last = known.last.get(leaf.audience);
    if (last === undefined || leaf.sequence > last.leaf.sequence) known.last.set(leaf.audience, selected);
  }

  /** What will be opened, in ledger order: the order of every share list. */
  list(): Selected[] {
    const out: Selected[] = [];
    for (const { audience, last } of this.#keys.values()) {
      const selected = audience === null ? undefined : last.get(audience.value);
      if (selected !== undefined) out.push(selected);
    }
    return out.sort((a, b) => a.index - b.index);
  }
}
