import { type Command, nameOption } from "../../terminal/command.ts";
import { AUDIENCE_OPTIONS, audienceOf } from "../invitations/options.ts";
import { REPLACE_OPTIONS, replaceCode, replacementIn } from "../invitations/replacing.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const invitationsReplace: Command = {
  name: "invitations replace",
  summary: "Replace an invitation that was lost and not drawn by a spare, or revoke it. The spare is shown once the ledger names it.",
  positionals: [],
  options: {
    ...DATA_OPTION,
    ...AUDIENCE_OPTIONS,
    issuer: { type: "string", value: "NAME", describe: "issuer whose code was lost" },
    ...REPLACE_OPTIONS,
  },
  examples: [
    "amana invitations replace --data ./data --round wave-2026 --audience officials --issuer customs --code 7H2K-… --spares spares.csv",
    "amana invitations replace --data ./data --round wave-2026 --audience officials --issuer customs --code 7H2K-… --revoke",
  ],
  notes: [
    "Keep the spares' lines of the CSV apart when the others are handed out. An issuer with a process of its own: amana issuer replace.",
    "Asked again, it names the same spare.",
  ],
  async run({ values }, io) {
    const place = { ...audienceOf(values), issuer: nameOption(values, "issuer") };
    const lost = await replacementIn(values);
    const by = await withOperator(values, async (operator) => {
      const { programme } = await operator.status();
      const names = { programme, round: place.round, issuer: place.issuer };
      return replaceCode(lost, names, (invited, spares) => operator.replaceInvitation({ ...place, invited, spares }), io);
    });
    io.result({ ...place, by });
    return 0;
  },
};
