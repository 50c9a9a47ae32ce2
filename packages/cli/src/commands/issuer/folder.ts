import { issuerLink } from "@amana/client/issuer";
import { fromHex, parseInvitationCode, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import type { IssuerLink, IssuerSetup } from "@amana/server";
import { text, UsageError, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";

/** The folder that an issuer's commands work on. */
export const FOLDER_OPTION = { data: { type: "string", value: "FOLDER", describe: "data folder of the issuer" } } as const;

/** How an issuer reaches the operator's server. */
export function linkFor(io: Io): (setup: IssuerSetup) => IssuerLink {
  return ({ offer, server }) => issuerLink({ server, programme: offer.programme, round: offer.round, fetch: io.fetch, now: io.now });
}

/** Codes travel to no process: their hashes do. */
export interface Hashing {
  readonly programme: string;
  readonly round: string;
  readonly issuer: string;
}

/** The invited hash of a code as it is written, hex. @throws ERR_CODE_FORMAT */
export function hashOf({ programme, round, issuer }: Hashing, written: string): string {
  return toHex(invitedHash(fromHex(programme), round, issuer, parseInvitationCode(written)));
}

/** The codes of a CSV of invitations that are marked as spares. */
export function sparesIn(csv: string): string[] {
  return csv
    .split(/\r?\n/)
    .filter((line) => line.endsWith(",spare"))
    .map((line) => line.split(",")[0] ?? "");
}

/** `--spares FILE` or `--revoke`: one of them. @throws UsageError */
export function sparesOption(values: Values): string | null {
  const file = text(values, "spares") ?? null;
  if ((file === null) !== (values.revoke === true)) throw new UsageError("Give --spares FILE, or --revoke for no replacement");
  return file;
}
