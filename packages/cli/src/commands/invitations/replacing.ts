import { readFile } from "node:fs/promises";
import { fromHex, parseInvitationCode, toHex } from "@amana/core/bytes";
import { invitedHash } from "@amana/core/credential";
import { text, UsageError, type Values } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";

/** What it takes to replace a code, at the operator's server and at an issuer of its own alike. */
export const REPLACE_OPTIONS = {
  code: { type: "string", value: "CODE", describe: "the lost code" },
  spares: { type: "string", describe: "CSV file with the spares, as they were written with the codes" },
  revoke: { type: "boolean", describe: "give no other code in its place" },
} as const;

/** Codes travel to no process: their hashes do. */
export interface Hashing {
  readonly programme: string;
  readonly round: string;
  readonly issuer: string;
}

/** Asks for the replacement of an invited hash by one of some spares, and says by which. */
export type Replace = (invited: string, spares: readonly string[]) => Promise<{ readonly by: string | null }>;

/** The lost code, and the spares that may take its place; none to revoke it. Read before anybody is asked. @throws UsageError */
export async function replacementIn(values: Values): Promise<{ readonly code: string; readonly spares: readonly string[] }> {
  const file = text(values, "spares") ?? null;
  if ((file === null) !== (values.revoke === true)) throw new UsageError("Give --spares FILE, or --revoke for no replacement");
  const code = text(values, "code", true);
  const spares = file === null ? [] : sparesIn(await readFile(file, "utf8"));
  if (file !== null && spares.length === 0) throw new UsageError("There are no spares in this file");
  return { code, spares };
}

/** Replaces a code, and says which to give out. @returns it; null when there is none @throws ERR_CODE_FORMAT and what `replace` throws */
export async function replaceCode(
  { code, spares }: Awaited<ReturnType<typeof replacementIn>>,
  names: Hashing,
  replace: Replace,
  io: Io,
): Promise<string | null> {
  const hashes = spares.map((spare) => hashOf(names, spare));
  const { by } = await replace(hashOf(names, code), hashes);
  const spare = spares[hashes.indexOf(by ?? "")] ?? null;
  if (by === null) io.say("Revoked: the code draws nothing any more.");
  else if (spare !== null) io.say(`The old code draws nothing any more. Give out: ${spare}`);
  else io.say("The old code was replaced before, by a spare that is not in this file: give that one out.");
  return spare;
}

/** The invited hash of a code as it is written, hex. @throws ERR_CODE_FORMAT */
function hashOf({ programme, round, issuer }: Hashing, written: string): string {
  return toHex(invitedHash(fromHex(programme), round, issuer, parseInvitationCode(written)));
}

/** The codes of a CSV of invitations that are marked as spares; with or without its first line. */
function sparesIn(csv: string): string[] {
  return csv
    .split(/\r?\n/)
    .filter((line) => /,spare(,.*)?$/.test(line))
    .map((line) => line.split(",")[0] ?? "");
}
