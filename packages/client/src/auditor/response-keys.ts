import type { SubmissionLeaf } from "@amana/core/submission";

/* What is kept of one response key, in 30 bits: a map of numbers is a third of a map of objects. */
const SEQUENCES = 0xffff;
const LOWEST_AT = 16;
const AUDIENCE_AT = 20;
const TOKENED = 1 << 24;
/** The audience of its versions, where they have one; those few keys that have several are kept beside. */
const SOLE_AT = 25;
const MIXED = 1 << 29;
const OF_VERSIONS = SEQUENCES | (15 << SOLE_AT) | MIXED;

/**
 * The response keys of one round: which sequences of each were seen, and whose audience each is (docs/protocol.md §8.1: that of its
 * lowest sequence with valid tokens). Some 150 bytes a key.
 */
export class ResponseKeys {
  readonly #keys = new Map<string, number>();
  /** Of a key with versions in several audiences: by audience, the sequences there. */
  readonly #mixed = new Map<string, Map<number, number>>();
  #versions = 0;

  /** How many response keys there are. */
  get size(): number {
    return this.#keys.size;
  }

  /** How many versions, of all keys together. */
  get versions(): number {
    return this.#versions;
  }

  /** Notes that a key occurred, whose leaf is worth nothing. */
  meet({ responseKey }: SubmissionLeaf): void {
    const name = nameOf(responseKey);
    if (!this.#keys.has(name)) this.#keys.set(name, 0);
  }

  /** Takes a version whose sequence and audience the round has (both below 16); false if the sequence was there already. */
  add({ responseKey, sequence, audience }: SubmissionLeaf, tokened: boolean): boolean {
    const name = nameOf(responseKey);
    const before = this.#keys.get(name) ?? 0;
    if ((before & (1 << sequence)) !== 0) return false;
    let after = this.#placed(name, before, sequence, audience);
    const decides = tokened && ((before & TOKENED) === 0 || sequence < ((before >> LOWEST_AT) & 15));
    if (decides) after = (after & OF_VERSIONS) | TOKENED | (sequence << LOWEST_AT) | (audience << AUDIENCE_AT);
    this.#keys.set(name, after);
    this.#versions += 1;
    return true;
  }

  /** Whether this is the version that an opening opens: of its key's audience, the highest sequence. */
  selects({ responseKey, sequence, audience }: SubmissionLeaf): boolean {
    const name = nameOf(responseKey);
    const known = this.#keys.get(name) ?? 0;
    if ((known & TOKENED) === 0 || ((known >> AUDIENCE_AT) & 15) !== audience) return false;
    const there = (known & MIXED) === 0 ? known & SEQUENCES : (this.#mixed.get(name)?.get(audience) ?? 0);
    return sequence === 31 - Math.clz32(there);
  }

  /** Notes a version among those of its key. */
  #placed(name: string, before: number, sequence: number, audience: number): number {
    const after = before | (1 << sequence);
    if ((before & SEQUENCES) === 0) return after | (audience << SOLE_AT);
    const sole = (before >> SOLE_AT) & 15;
    if ((before & MIXED) === 0 && sole === audience) return after;
    const places = this.#mixed.get(name) ?? new Map([[sole, before & SEQUENCES]]);
    this.#mixed.set(name, places.set(audience, (places.get(audience) ?? 0) | (1 << sequence)));
    return after | MIXED;
  }

  /** How many keys have no version with valid tokens. */
  withoutTokens(): number {
    let count = 0;
    for (const known of this.#keys.values()) if ((known & TOKENED) === 0) count += 1;
    return count;
  }

  /** How many keys each audience has: as many as an opening selects. */
  byAudience(audiences: number): number[] {
    const counts = new Array<number>(audiences).fill(0);
    for (const known of this.#keys.values()) {
      const audience = (known >> AUDIENCE_AT) & 15;
      if ((known & TOKENED) !== 0) counts[audience] = (counts[audience] as number) + 1;
    }
    return counts;
  }
}

/** One character for each byte: half of what hexadecimal takes. */
function nameOf(key: Uint8Array): string {
  return String.fromCharCode(...key);
}
