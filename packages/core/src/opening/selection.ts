import { equal, toHex } from "../bytes/index.ts";
import { type Manifest, manifestId } from "../manifest/index.ts";
import { checkTokens, isPlaced, type SubmissionLeaf } from "../submission/index.ts";

/** What is opened for one response key: the leaf of its highest sequence. */
export interface Selected {
  readonly leaf: SubmissionLeaf;
  readonly leafHash: Uint8Array;
  /** The leaf's place in the ledger. */
  readonly index: number;
}

interface Known {
  /** The leaf that decides the audience: the lowest sequence with valid tokens. */
  decides: Selected | null;
  /** Of each audience that the key has claimed, the leaf of the highest sequence. */
  readonly last: Selected[];
}

/**
 * Finds, of every response key, the version that counts: the highest sequence among the leaves of its audience.
 *
 * A key's audience is that of its lowest-sequence leaf with valid tokens; a revision may carry no tokens, so without this
 * rule a person could move their answer to another audience. A key without any valid tokens has nothing that counts.
 *
 * Every trustee must come to the same list whatever the order in which it reads: of two leaves of one key and sequence,
 * which no honest collector logs, the one that stands first in the ledger is taken.
 */
export class Selection {
  readonly #manifest: Manifest;
  readonly #id: Uint8Array;
  readonly #keys = new Map<string, Known>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
    this.#id = manifestId(manifest);
  }

  /**
   * Takes one submission leaf, in any order. Its signature has been verified; `tokens` is `checkTokens`' verdict if known.
   * Leaves of other rounds, or with a sequence or an audience that the round does not have, count for nothing.
   */
  add(selected: Selected, tokens: "valid" | "none" | "invalid" = checkTokens(selected.leaf, this.#manifest)): void {
    const { leaf } = selected;
    if (tokens === "invalid" || !isPlaced(leaf, this.#manifest) || !equal(leaf.manifestId, this.#id)) return;
    const known = this.#known(toHex(leaf.responseKey));
    if (tokens === "valid" && (known.decides === null || precedes(selected, known.decides))) known.decides = selected;
    const at = known.last.findIndex((other) => other.leaf.audience === leaf.audience);
    if (at < 0) known.last.push(selected);
    else if (replaces(selected, known.last[at] as Selected)) known.last[at] = selected;
  }

  /** What will be opened, in ledger order: the order of every share list. */
  list(): Selected[] {
    const out: Selected[] = [];
    for (const { decides, last } of this.#keys.values()) {
      const selected = last.find(({ leaf }) => leaf.audience === decides?.leaf.audience);
      if (selected !== undefined) out.push(selected);
    }
    return out.sort((a, b) => a.index - b.index);
  }

  #known(key: string): Known {
    const before = this.#keys.get(key);
    if (before !== undefined) return before;
    const made: Known = { decides: null, last: [] };
    this.#keys.set(key, made);
    return made;
  }
}

/** Lower sequence, then earlier in the ledger. */
function precedes(a: Selected, b: Selected): boolean {
  return a.leaf.sequence < b.leaf.sequence || (a.leaf.sequence === b.leaf.sequence && a.index < b.index);
}

/** Higher sequence, then earlier in the ledger. */
function replaces(a: Selected, b: Selected): boolean {
  return a.leaf.sequence > b.leaf.sequence || (a.leaf.sequence === b.leaf.sequence && a.index < b.index);
}
