import { issuerClient } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";
import { REPLACE_OPTIONS, replaceCode, replacementIn } from "../invitations/replacing.ts";
import { FOLDER_OPTION, linkFor } from "./folder.ts";

export const issuerReplace: Command = {
  name: "issuer replace",
  summary: "Replace an invitation that was lost and not drawn by a spare, or revoke it. The spare is shown once the ledger names it.",
  positionals: [],
  options: { ...FOLDER_OPTION, ...REPLACE_OPTIONS },
  examples: [
    "amana issuer replace --data ./issuer --code 7H2K-… --spares spares.csv",
    "amana issuer replace --data ./issuer --code 7H2K-… --revoke",
  ],
  notes: ["Asked again, it names the same spare."],
  async run({ values }, io) {
    const lost = await replacementIn(values);
    const client = await issuerClient(text(values, "data", true), linkFor(io), io.now);
    try {
      const by = await replaceCode(lost, await client.status(), client.replace, io);
      io.result({ replaced: true, by });
      return 0;
    } finally {
      await client.close();
    }
  },
};
