import { issuerLink } from "@amana/client/issuer";
import type { IssuerLink, IssuerSetup } from "@amana/server";
import type { Io } from "../../terminal/io.ts";

/** The folder that an issuer's commands work on. */
export const FOLDER_OPTION = { data: { type: "string", value: "FOLDER", describe: "data folder of the issuer" } } as const;

/** How an issuer reaches the operator's server. */
export function linkFor(io: Io): (setup: IssuerSetup) => IssuerLink {
  return ({ offer, server }) => issuerLink({ server, programme: offer.programme, round: offer.round, fetch: io.fetch, now: io.now });
}
