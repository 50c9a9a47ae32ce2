import { equal, Reader } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Manifest, RoundTimes } from "@amana/core/manifest";
import * as v from "valibot";
import { amendedTimes } from "../wire/amended.ts";
import { fetchProgramme, LedgerView } from "../wire/ledger-view.ts";
import { fetchRound, parseJson } from "../wire/rounds.ts";
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

/** A round as its issuer needs it: the manifest, and what its amendments made of its times. */
export interface IssuerRound {
  readonly manifest: Manifest;
  readonly times: RoundTimes;
}

/** The round's manifest with all its co-signatures, and its amendments, verified under the pinned programme; null while the server has none of this name. */
export async function findRound(options: LinkOptions): Promise<IssuerRound | null> {
  const { round } = options;
  const { transport, view } = await opened(options);
  try {
    const { entryIndex, amendments } = await fetchRound(transport, round);
    const seen = await view.manifestAt(entryIndex, round);
    return { manifest: seen.manifest, times: await amendedTimes(view, seen, amendments) };
  } catch (error) {
    if (isAmanaError(error, "ERR_ROUND_UNKNOWN") || isAmanaError(error, "ERR_NOT_FOUND")) return null;
    throw error;
  }
}

async function opened({ server, programme: pinned, fetch, now }: LinkOptions): Promise<{ transport: Transport; view: LedgerView }> {
  const transport = new Transport(server, fetch);
  const programme = await fetchProgramme(transport, pinned);
  return { transport, view: await LedgerView.fetch(transport, programme, now()) };
}

const LARGEST_INDEX = 4096;
const LARGEST_ENTRY = 4096;
const answer = v.object({ index: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });

/** What an issuer's process does at the operator's server (`IssuerLink` of the server's package). */
export interface Link {
  findRound(): Promise<IssuerRound | null>;
  deliverDraws(body: Uint8Array): Promise<void>;
  deliverEntry(entry: Uint8Array): Promise<void>;
}

/** What an issuer's process hands in, and where it looks. The server is trusted for nothing: delivered is what the public ledger has. */
export function issuerLink(options: LinkOptions): Link {
  const deliver = async (path: string, type: string, body: Uint8Array, entry: Uint8Array): Promise<void> => {
    const reply = await new Transport(options.server, options.fetch).post(path, type, body, LARGEST_INDEX);
    await requireLogged(options, parseJson(reply, answer).index, entry);
  };
  return {
    findRound: () => findRound(options),
    deliverDraws: (body: Uint8Array) => {
      const entry = new Reader(body, "ERR_DRAWS_FORMAT").vector(LARGEST_ENTRY);
      return deliver(`rounds/${options.round}/draws`, "application/vnd.amana.draws", body, entry);
    },
    deliverEntry: (entry: Uint8Array) => deliver("entries", "application/json", entry, entry),
  };
}

/**
 * An operator that only says so would have an issuer give out the code of a spare that the ledger does not name, and stand there as one that draws what it
 * may not. @throws ERR_NOT_DUE while witnesses are still asked, ERR_LEDGER_INCLUSION
 */
async function requireLogged(options: LinkOptions, index: number, entry: Uint8Array): Promise<void> {
  const { view } = await opened(options);
  if (index >= view.checkpoint.size)
    throw new AmanaError("ERR_NOT_DUE", { note: "The ledger has it, and witnesses are asked: again in a minute." });
  for await (const logged of view.reader.entries(index, index + 1)) if (equal(logged.entry, entry)) return;
  throw new AmanaError("ERR_LEDGER_INCLUSION");
}
