import { type Holdings, type StepMemory, stepMemory } from "@amana/client/trustee";
import { concat, fromHex, Reader, toHex, uint, utf8 } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";

const FIRST_LINE = utf8("amana/v1 sealed answers\n");
/** Bytes: as the server bounds an envelope. */
const LARGEST_ENVELOPE = 1 << 21;

/** What a page has in memory of one round: sealed answers, and how far a long step is. The first is saved as a file, the other never. */
export class RoundMemory {
  /** Of the present attempt; as secret as the key. */
  step: StepMemory = stepMemory();
  /** The attempt in which shares were revealed on this visit. */
  revealed: number | null = null;
  /** Whether there is something that no saved file has. */
  isUnsaved = false;
  readonly #kept = new Map<string, Uint8Array>();

  readonly holdings: Holdings = {
    get: async (leafHash) => this.#kept.get(leafHash) ?? null,
    put: async (leafHash, envelope) => {
      if (!this.#kept.has(leafHash)) this.isUnsaved = true;
      this.#kept.set(leafHash, envelope);
    },
    remove: async (leafHash) => {
      if (this.#kept.delete(leafHash)) this.isUnsaved = true;
    },
    list: async () => [...this.#kept.keys()],
  };

  get size(): number {
    return this.#kept.size;
  }

  /** The sealed answers as a file, by leaf hash: it tells no order. `manifestId`: hex. */
  toFile(manifestId: string): Uint8Array {
    const entries = [...this.#kept].sort(([a], [b]) => (a < b ? -1 : 1));
    const parts = entries.flatMap(([leafHash, envelope]) => [fromHex(leafHash), uint(envelope.length, 4), envelope]);
    return concat(FIRST_LINE, fromHex(manifestId), ...parts);
  }

  /**
   * Takes in a file that was saved before. Nothing in it is believed: each envelope is compared with the ledger before it is used.
   * @throws ERR_STORE_DAMAGED when it is no such file, or another round's
   */
  takeFile(bytes: Uint8Array, manifestId: string): void {
    const reader = new Reader(bytes, "ERR_STORE_DAMAGED");
    const isOurs = reader.left >= FIRST_LINE.length + 32 && toHex(reader.take(FIRST_LINE.length)) === toHex(FIRST_LINE);
    if (!isOurs || toHex(reader.take(32)) !== manifestId) throw new AmanaError("ERR_STORE_DAMAGED");
    const found = new Map<string, Uint8Array>();
    while (reader.left > 0) found.set(toHex(reader.take(32)), reader.vector(LARGEST_ENVELOPE));
    for (const [leafHash, envelope] of found) if (!this.#kept.has(leafHash)) this.#kept.set(leafHash, envelope);
  }
}

export function answersFileName(round: string): string {
  return `${round}.answers`;
}
