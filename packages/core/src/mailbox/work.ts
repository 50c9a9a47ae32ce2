import { concat, H, SHA256, TAGS, uint64 } from "../bytes/index.ts";

export const WORK_LENGTH = 8;
/** By how many bits the work for a group of chunks is easier than for a message: a large file has hundreds of groups. */
const GROUP_EASE = 4;

/** The difficulty of the work for one group of chunks in a round of this `workDifficulty`. */
export function groupDifficulty(workDifficulty: number): number {
  return Math.max(0, workDifficulty - GROUP_EASE);
}

function beginsWithZeros(hash: Uint8Array, bits: number): boolean {
  for (let bit = 0; bit < bits; bit++) if (((hash[bit >> 3] as number) & (0x80 >> (bit & 7))) !== 0) return false;
  return true;
}

/** Whether `H("amana/v1 work", manifestId, SHA-256(message), work)` has `difficulty` leading zero bits. */
export function checkWork(manifestId: Uint8Array, message: Uint8Array, work: Uint8Array, difficulty: number): boolean {
  return work.length === WORK_LENGTH && beginsWithZeros(H(TAGS.work, manifestId, SHA256(message), work), difficulty);
}

/** Finds the work of a message (8 bytes): about 2^difficulty hashes. The reporter's client calls it. `pause` is awaited now and then, so that a page stays alive. */
export async function solveWork(
  manifestId: Uint8Array,
  message: Uint8Array,
  difficulty: number,
  pause: () => Promise<void> = async () => undefined,
): Promise<Uint8Array> {
  const hash = SHA256(message);
  for (let counter = 0; ; counter++) {
    const work = uint64(counter);
    if (beginsWithZeros(H(TAGS.work, manifestId, hash, work), difficulty)) return work;
    if (counter % 1024 === 1023) await pause();
  }
}

/** A message with its work in front, as it is sent. */
export function withWork(work: Uint8Array, message: Uint8Array): Uint8Array {
  return concat(work, message);
}
