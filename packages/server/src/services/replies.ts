import type { Rng } from "@amana/core/bytes";
import type { Store } from "../stores/store.ts";
import type { LiveRound } from "./round.ts";

export interface RepliesOptions {
  readonly store: Store;
  readonly rng?: Rng;
}

/** A handler's delivery: the 4,096 bytes of a reply, signed over `H(TAGS.replyDelivery, manifestId, SHA-256(reply))`. */
export interface ReplyDelivery {
  readonly holder: number;
  readonly reply: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Replies {
  /** The whole published reply store: concatenated 4,096-byte entries, sorted, a power of two ≥ 64 of them. */
  published(round: LiveRound): Promise<Uint8Array>;
  /** Takes a reply; it is published at the next rebuild. The same bytes again change nothing. @throws ERR_FETCH_REFUSED, ERR_REPLY_INVALID */
  deliver(round: LiveRound, delivery: ReplyDelivery): Promise<void>;
  /** Publishes what waits: real replies take fillers' places. The tick calls it once a day (trial: every `epoch.minimumSeconds`). */
  rebuild(round: LiveRound): Promise<void>;
}

export function createReplies(_options: RepliesOptions): Replies {
  throw new TypeError("being written");
}
