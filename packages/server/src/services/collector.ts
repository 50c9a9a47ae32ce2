import type { SigningKey } from "@amana/core/primitives";
import type { Store } from "../stores/store.ts";
import type { Rounds } from "./round.ts";

export interface CollectorOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly promiseKey: SigningKey;
  readonly now?: () => Date;
}

/** Both answer with the 136 bytes of a promise, after the disk has the submission. */
export interface Collector {
  /**
   * A survey's or consultation's submission (`AMS1`); the bytes are attacker-controlled.
   * @throws ERR_SUBMISSION_FORMAT, ERR_ROUND_UNKNOWN, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_ENVELOPE_FORMAT, ERR_SUBMISSION_SIGNATURE,
   * ERR_TOKEN_MISSING, ERR_TOKEN_INVALID, ERR_SEQUENCE_USED, ERR_REVISIONS_SPENT, ERR_OVERLOADED, ERR_STORE_WRITE
   */
  submit(body: Uint8Array): Promise<Uint8Array>;
  /** A message of a reports round, `work[8] ‖ AMS1`; attacker-controlled. @throws as `submit`, ERR_WORK_MISSING, ERR_MAILBOX_GAP */
  report(body: Uint8Array): Promise<Uint8Array>;
}

export function createCollector(_options: CollectorOptions): Collector {
  throw new TypeError("being written");
}
