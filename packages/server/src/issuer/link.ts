import type { FoundRound } from "../relay/rounds.ts";

/** How an issuer's process reaches the operator's server. It trusts it for nothing: what it fetches it verifies. */
export interface IssuerLink {
  /** The round's manifest and amendments, verified up to the pinned programme and all signatures; null while there is none. */
  findRound(): Promise<FoundRound | null>;
  /** Both return once the public ledger has the entry. */
  deliverDraws(body: Uint8Array): Promise<void>;
  deliverEntry(entry: Uint8Array): Promise<void>;
}
