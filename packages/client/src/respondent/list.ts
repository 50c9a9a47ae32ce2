import { fetchRounds, type RoundSummary } from "../wire/rounds.ts";
import { Transport } from "../wire/transport.ts";
import type { ClientOptions } from "./options.ts";

/** The rounds that a server names, for a start page. */
export function listRounds(base: string, options: Pick<ClientOptions, "fetch">): Promise<readonly RoundSummary[]> {
  return fetchRounds(new Transport(base, options.fetch));
}
