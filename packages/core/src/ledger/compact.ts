import { emptyRoot, isSize, nodeHash } from "./tree.ts";

/** What is left to remember of leaves that went by. */
export interface CompactState {
  readonly size: number;
  /** The roots of the complete subtrees that the tree is made of, the largest first: one for each bit of `size` that is set. */
  readonly peaks: readonly Uint8Array[];
}

/**
 * The root of leaves that stream by, in order, whatever their number: it keeps one hash for each level (RFC 9162 §2.1.1). Whoever has
 * hashed every leaf this way needs no tile and no proof to check a checkpoint. Its state can be written down and taken up again.
 */
export class CompactTree {
  #size: number;
  readonly #peaks: Uint8Array[];

  /** @throws TypeError for a state that no leaves leave */
  constructor({ size, peaks }: CompactState = { size: 0, peaks: [] }) {
    if (!isSize(size) || peakSizes(size).length !== peaks.length) throw new TypeError("not the state of a tree");
    this.#size = size;
    this.#peaks = [...peaks];
  }

  get size(): number {
    return this.#size;
  }

  get state(): CompactState {
    return { size: this.#size, peaks: [...this.#peaks] };
  }

  /** Takes the next leaf hash. */
  add(leaf: Uint8Array): void {
    let hash = leaf;
    // Each 1 at the end of the size is a subtree as large as the new one, which becomes its left half.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) hash = nodeHash(this.#peaks.pop() as Uint8Array, hash);
    this.#peaks.push(hash);
    this.#size++;
  }

  root(): Uint8Array {
    const [last, ...above] = [...this.#peaks].reverse();
    return last === undefined ? emptyRoot() : above.reduce((right, left) => nodeHash(left, right), last);
  }
}

/** The sizes of the complete subtrees that a tree of `size` leaves is made of, the largest first. */
export function peakSizes(size: number): number[] {
  const sizes: number[] = [];
  for (let power = 1, rest = size; rest > 0; power *= 2, rest = Math.floor(rest / 2)) if (rest % 2 === 1) sizes.unshift(power);
  return sizes;
}
