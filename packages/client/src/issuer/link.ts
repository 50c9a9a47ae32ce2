import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Manifest } from "@amana/core/manifest";
import { fetchProgramme, LedgerView } from "../wire/ledger-view.ts";
import { fetchRound } from "../wire/rounds.ts";
import { type Fetch, Transport } from "../wire/transport.ts";

export interface LinkOptions {
  /** Address of the operator's server. */
  readonly server: string;
  /** The pinned programme id, hex. */
  readonly programme: string;
  readonly round: string;
  readonly fetch?: Fetch | undefined;
  readonly now: () => Date;
}

/** The round's manifest with all its co-signatures, verified under the pinned programme; null while the server has none of this name. */
export async function findManifest({ server, programme: pinned, round, fetch, now }: LinkOptions): Promise<Manifest | null> {
  const transport = new Transport(server, fetch);
  const programme = await fetchProgramme(transport, pinned);
  try {
    const { entryIndex } = await fetchRound(transport, round);
    const view = await LedgerView.fetch(transport, programme, now());
    return (await view.manifestAt(entryIndex, round)).manifest;
  } catch (error) {
    if (isAmanaError(error, "ERR_ROUND_UNKNOWN") || isAmanaError(error, "ERR_NOT_FOUND")) return null;
    throw error;
  }
}

const LARGEST_INDEX = 4096;

/** What an issuer's process does at the operator's server (`IssuerLink` of the server's package). */
export interface Link {
  findManifest(): Promise<Manifest | null>;
  deliverDraws(body: Uint8Array): Promise<void>;
  deliverEntry(entry: Uint8Array): Promise<void>;
}

/** What an issuer's process hands in, and where it looks. The server is trusted for nothing. */
export function issuerLink(options: LinkOptions): Link {
  const transport = new Transport(options.server, options.fetch);
  const post = async (path: string, type: string, body: Uint8Array): Promise<void> => {
    const answer = await transport.post(path, type, body, LARGEST_INDEX);
    if (answer.length === 0) throw new AmanaError("ERR_RESPONSE_INVALID");
  };
  return {
    findManifest: () => findManifest(options),
    deliverDraws: (body: Uint8Array) => post(`rounds/${options.round}/draws`, "application/vnd.amana.draws", body),
    deliverEntry: (entry: Uint8Array) => post("entries", "application/json", entry),
  };
}
