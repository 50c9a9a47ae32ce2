import type { Admission, Admitted, LookedUp } from "./store.ts";

/** A key as it is while a group is decided: what was known, and what the group adds. */
interface Staged {
  readonly audience: number;
  highestSequence: number;
  readonly sequences: Map<number, Admission>;
}

/** What stands while a group of admissions is decided. */
export interface Standing {
  /** What is kept of a key and a sequence. */
  readonly lookUp: (responseKey: string, sequence: number) => LookedUp;
  /** Records that wait in the round. */
  readonly waiting: number;
  /** Nothing new is admitted any more. */
  readonly ended: boolean;
  /** The number that an admission gets. */
  readonly epochOf: (admission: Admission) => number;
}

/** Decides a group of admissions one after the other, each as if those before it were kept: the rules of `Store.admitSubmission`. */
export class Deciding {
  readonly #standing: Standing;
  readonly #staged = new Map<string, Staged>();

  constructor(standing: Standing) {
    this.#standing = standing;
  }

  /** Those that are to be kept, all of them or none. */
  get admitted(): Admission[] {
    return [...this.#staged.values()].flatMap(({ sequences }) => [...sequences.values()]);
  }

  decide(admission: Admission): Admitted {
    const { responseKey, audience, sequence, leafHash } = admission;
    const { lookUp, waiting, ended, epochOf } = this.#standing;
    const kept = lookUp(responseKey, sequence);
    const staged = this.#staged.get(responseKey);
    const known = staged ?? kept.key;
    if (known !== null && known.audience !== audience) return { outcome: "audience" };
    const twin = staged?.sequences.get(sequence);
    const there = twin === undefined ? kept.admitted : { leafHash: twin.leafHash, epoch: epochOf(twin) };
    if (there !== null) {
      if (there.leafHash === leafHash) return { outcome: "same", epoch: there.epoch };
      return { outcome: "other", highestSequence: known?.highestSequence ?? sequence };
    }
    if (ended) return { outcome: "closed" };
    if (admission.gapless && sequence !== (known === null ? 0 : known.highestSequence + 1)) return { outcome: "gap" };
    if (known !== null && waiting + this.#staged.size >= admission.revisionsUpTo) return { outcome: "later" };
    const now = staged ?? { audience, highestSequence: known?.highestSequence ?? 0, sequences: new Map() };
    now.highestSequence = Math.max(now.highestSequence, sequence);
    now.sequences.set(sequence, admission);
    this.#staged.set(responseKey, now);
    return { outcome: "admitted", epoch: epochOf(admission) };
  }
}
