import { fromHex } from "@amana/core/bytes";
import type { SigningKey } from "@amana/core/primitives";
import { encodePromise, signPromise } from "@amana/core/submission";
import type { Store } from "../stores/store.ts";
import type { LiveRound } from "./round.ts";

/** Signatures are made in turns of so many, so that other requests go on meanwhile. */
const TURN = 200;

/**
 * The promises of a round with a relay, as one public file (docs/protocol.md §10.3): nobody has to ask for their own. Sorted by leaf hash,
 * so that it says nothing of the order in which they came.
 */
export class Promises {
  readonly #store: Store;
  readonly #key: SigningKey;
  /** By round and leaf hash. A promise changes only when its epoch is sealed with later ones. */
  readonly #made = new Map<string, Map<string, { readonly epoch: number; readonly bytes: Uint8Array }>>();

  readonly #shows: typeof isComplete;

  /** `shows`: whether the promises of an epoch are shown. Tests show what happens when they always are. */
  constructor(store: Store, key: SigningKey, shows: typeof isComplete = isComplete) {
    this.#store = store;
    this.#key = key;
    this.#shows = shows;
  }

  /**
   * The promises of a round, 136 bytes each, an epoch's all at once when no more is added to it: a relay that gave on one request at a time, and
   * looked here after each, would learn which leaf came from which address.
   */
  async of(round: LiveRound): Promise<Uint8Array> {
    const made = this.#made.get(round.idHex) ?? new Map<string, { epoch: number; bytes: Uint8Array }>();
    this.#made.set(round.idHex, made);
    const shown = this.#shows;
    const leaves = (await this.#store.admittedLeaves(round.idHex))
      .filter(({ epoch }) => shown(round, epoch))
      .sort((a, b) => (a.leafHash < b.leafHash ? -1 : 1));
    const file: Uint8Array[] = [];
    let signed = 0;
    for (const { leafHash, epoch } of leaves) {
      let promise = made.get(leafHash);
      if (promise?.epoch !== epoch) {
        promise = { epoch, bytes: encodePromise(signPromise({ manifestId: round.id, leafHash: fromHex(leafHash), epoch }, this.#key)) };
        made.set(leafHash, promise);
        if (++signed % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      file.push(promise.bytes);
    }
    return new Uint8Array(Buffer.concat(file));
  }
}

/** Whether nothing is added to an epoch any more. */
export function isComplete({ state }: LiveRound, epoch: number): boolean {
  return state.answeringEnded || epoch < state.filling;
}
