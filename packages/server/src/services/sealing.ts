import type { Store } from "../stores/store.ts";
import type { Issuer } from "./issuer.ts";
import type { Ledger } from "./ledger.ts";
import type { LiveRound, Rounds } from "./round.ts";

export interface SealingOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly issuer: Issuer;
  readonly now?: () => Date;
}

export interface Sealing {
  /** Does what is due by the clock in every round: seals, draws, key destructions, the final seal and `close`. Idempotent; one tick at a time. */
  tick(): Promise<void>;
  /** Seals what is due in one round. */
  tickRound(round: LiveRound): Promise<void>;
}

/** Builds `Rounds` from the ledger's entries and repairs in the store what an interrupted seal left. Call it once at start, before serving. */
export async function loadRounds(_store: Store, _ledger: Ledger): Promise<Rounds> {
  throw new TypeError("being written");
}

export function createSealing(_options: SealingOptions): Sealing {
  throw new TypeError("being written");
}
