import { AmanaError } from "@amana/core/errors";
import type { RoundTimes } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import type { Questionnaire } from "@amana/core/questionnaire";
import { amendedTimes } from "../wire/amended.ts";
import { fetchProgramme, LedgerView, type SeenEntry, type SeenManifest } from "../wire/ledger-view.ts";
import { fetchQuestionnaires, fetchRound, type RoundState } from "../wire/rounds.ts";
import { type Fetch, Transport } from "../wire/transport.ts";
import { type ClientOptions, type Environment, environment } from "./options.ts";
import type { RelayRoute } from "./relayed.ts";

/** A round that was checked, and where more of it is found. */
export interface RoundSource {
  readonly transport: Transport;
  readonly programme: Programme;
  readonly seen: SeenManifest;
  /** What holds of the round, by the amendments that the server named when it was opened. */
  readonly times: RoundTimes;
  /** Leaf hash of the manifest's entry: a ledger that is read later has it in the same place, or is another ledger. */
  readonly manifestLeaf: Uint8Array;
  /** How large the ledger was then. */
  readonly ledgerSize: number;
  /** In the order of the manifest's audiences; none in a reports round. */
  readonly questionnaires: readonly Questionnaire[];
  readonly environment: Environment;
  /** The way to the collector in a round with a relay; null where answers go to it straight. */
  readonly route: RelayRoute | null;
}

/**
 * Everything checked that must hold before a client blinds or seals: the pinned programme, a fresh checkpoint with its quorum, the
 * manifest in the ledger with all co-signatures and sound keys, its amendments, and every questionnaire. The requests are the same for everyone.
 * @throws ERR_PROGRAMME_MISMATCH, ERR_LEDGER_*, ERR_MANIFEST_INVALID, ERR_COSIGNATURE, ERR_AMENDMENT_INVALID, ERR_QUESTIONNAIRE_MISMATCH, ERR_ROUND_UNKNOWN, ERR_NETWORK, …
 */
export async function openSource(base: string, round: string, options: ClientOptions): Promise<{ source: RoundSource; state: RoundState }> {
  const transport = new Transport(base, options.fetch);
  const env = environment(options);
  const programme = await fetchProgramme(transport, options.programme);
  const summary = await fetchRound(transport, round);
  const view = await LedgerView.fetch(transport, programme, env.now());
  const { leafHash, ...seen } = await view.manifestAt(summary.entryIndex, round);
  const times = await amendedTimes(view, seen, summary.amendments);
  const questionnaires = await fetchQuestionnaires(transport, seen.manifest);
  const route = await routeOf(seen, env, options.fetch);
  const source = {
    transport,
    programme,
    seen,
    times,
    manifestLeaf: leafHash,
    ledgerSize: view.checkpoint.size,
    questionnaires,
    environment: env,
    route,
  };
  return { source, state: times.cancelled === null ? summary.state : "cancelled" };
}

/**
 * The ledger as it is now. @throws ERR_LEDGER_STALE when it is shorter than when the round was opened: a server that has learned meanwhile who
 * this is could show that person an older one, and see by what follows from its times which leaf is theirs
 */
export async function viewAgain({ transport, programme, ledgerSize, environment: { now } }: RoundSource): Promise<LedgerView> {
  const view = await LedgerView.read(transport, programme, now());
  if (view.checkpoint.size < ledgerSize) throw new AmanaError("ERR_LEDGER_STALE");
  return view;
}

/** Every entry from the round's manifest on. @throws ERR_LEDGER_CONSISTENCY when another entry stands in the manifest's place */
export async function* entriesOf(source: RoundSource, view: LedgerView): AsyncGenerator<SeenEntry, void, undefined> {
  for await (const entry of view.entries(source.seen.index)) {
    checkPlace(source, entry);
    yield entry;
  }
}

/** Refuses another ledger than the one whose manifest was checked. @throws ERR_LEDGER_CONSISTENCY */
export function checkPlace({ seen, manifestLeaf }: RoundSource, { index, leafHash }: { index: number; leafHash: Uint8Array }): void {
  if (index === seen.index && !manifestLeaf.every((byte, at) => byte === leafHash[at])) throw new AmanaError("ERR_LEDGER_CONSISTENCY");
}

/** Loads what a round with a relay needs, and no other pays for: now, when everyone loads it, not when somebody sends. @throws ERR_NETWORK */
async function routeOf(seen: SeenManifest, env: Environment, fetch: Fetch | undefined): Promise<RelayRoute | null> {
  const { relay } = seen.manifest;
  if (relay === null) return null;
  const { RelayRoute } = await import("./relayed.ts").catch(() => {
    throw new AmanaError("ERR_NETWORK");
  });
  return new RelayRoute(seen, relay, env, fetch);
}
