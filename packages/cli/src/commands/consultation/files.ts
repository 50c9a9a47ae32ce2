import { SHA256, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type ConsultationRules, checkStatements, decodeAnalysisPlan, type Results, type StatementsFile } from "@amana/results";
import type { Values } from "../../terminal/command.ts";
import { UsageError } from "../../terminal/command.ts";
import { readDocument } from "../operator/files.ts";
import { readReleased, type Source } from "../plan/source.ts";

/** Reads what a consultation asks. @throws ERR_CONFIG_INVALID, ERR_CONSULTATION_INVALID */
export async function readStatements(path: string): Promise<StatementsFile> {
  return checkStatements(await readDocument(path));
}

/** The rounds of a consultation that are over, in the order in which they are named. */
export const ROUNDS_OPTION = {
  round: { type: "string", value: "NAME", describe: "a round of it that is released, first to last: once for each", multiple: true },
} as const;

/** The names of those rounds. @throws UsageError */
export function roundsOf({ round }: Values): readonly string[] {
  const names = Array.isArray(round) ? round : [];
  if (names.length === 0 || names.some((name) => !/^[a-z0-9-]{1,64}$/.test(name)))
    throw new UsageError("Missing: --round, the name of a round");
  return names;
}

/** The signed results of each round, and the rules that the first one's analysis plan fixed. @throws ERR_NOT_FOUND, ERR_RELEASE_INVALID, ERR_CONSULTATION_INVALID */
export async function readRounds(
  source: Source,
  names: readonly string[],
): Promise<{ readonly rounds: readonly Results[]; readonly rules: ConsultationRules }> {
  const rounds: Results[] = [];
  for (const name of names) {
    const released = await readReleased(source, name);
    if (released === null) throw new AmanaError("ERR_NOT_FOUND");
    rounds.push(released.results);
  }
  // Rules that were chosen once the answers were known would be no rules: the first round's hold for all.
  const hash = rounds[0]?.plan ?? "";
  const bytes = /^[0-9a-f]{64}$/.test(hash) ? await source.find(`files/${hash}`, 2 ** 20) : null;
  if (bytes === null || toHex(SHA256(bytes)) !== hash)
    throw new AmanaError("ERR_RELEASE_INVALID", { note: "Its analysis plan is not there." });
  const { consultation } = decodeAnalysisPlan(bytes);
  if (consultation === undefined)
    throw new AmanaError("ERR_CONSULTATION_INVALID", {
      problems: [{ path: "/consultation", message: "the round's analysis plan fixes no rules" }],
    });
  return { rounds, rules: consultation };
}
