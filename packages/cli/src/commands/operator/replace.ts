import { readFile } from "node:fs/promises";
import { type Command, nameOption, text, UsageError } from "../../terminal/command.ts";
import { hashOf, sparesIn, sparesOption } from "../issuer/folder.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const invitationsReplace: Command = {
  name: "invitations replace",
  summary: "Replace an invitation that was lost and not drawn by a spare, or revoke it. The spare is shown once the ledger names it.",
  positionals: [],
  options: {
    ...DATA_OPTION,
    round: { type: "string", value: "NAME", describe: "name of the round" },
    audience: { type: "string", value: "ID", describe: "audience of the round" },
    issuer: { type: "string", value: "NAME", describe: "issuer whose code was lost" },
    code: { type: "string", value: "CODE", describe: "the lost code" },
    spares: { type: "string", describe: "CSV file with the spares, as `invitations create` wrote it" },
    revoke: { type: "boolean", describe: "give no other code in its place" },
  },
  examples: [
    "amana invitations replace --data ./data --round wave-2026 --audience officials --issuer customs --code 7H2K-… --spares spares.csv",
    "amana invitations replace --data ./data --round wave-2026 --audience officials --issuer customs --code 7H2K-… --revoke",
  ],
  notes: [
    "Keep the spares' lines of the CSV apart when the others are handed out. An issuer with a process of its own: amana issuer replace.",
  ],
  async run({ values }, io) {
    const spareFile = sparesOption(values);
    const code = text(values, "code", true);
    const [round, audience, issuer] = [nameOption(values, "round"), nameOption(values, "audience"), nameOption(values, "issuer")];
    const codes = spareFile === null ? [] : sparesIn(await readFile(spareFile, "utf8"));
    if (spareFile !== null && codes.length === 0) throw new UsageError("There are no spares in this file");
    const { by } = await withOperator(values, async (operator) => {
      const { programme } = await operator.status();
      const names = { programme, round, issuer };
      const hashes = codes.map((spare) => hashOf(names, spare));
      const done = await operator.replaceInvitation({ round, audience, issuer, invited: hashOf(names, code), spares: hashes });
      return { by: done.by === null ? null : (codes[hashes.indexOf(done.by)] ?? null) };
    });
    io.say(by === null ? "Revoked: the code draws nothing any more." : `The old code draws nothing any more. Give out: ${by}`);
    io.result({ round, audience, issuer, by });
    return 0;
  },
};
