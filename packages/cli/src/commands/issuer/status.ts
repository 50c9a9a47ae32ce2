import { issuerClient } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";
import { FOLDER_OPTION, linkFor } from "./folder.ts";

const TOLD = {
  offered: "waits until the round is live",
  upcoming: "waits until enrolment opens",
  enrolling: "takes enrolments",
  objections: "takes objections",
  over: "has its keys to destroy: is its process running?",
  "keys destroyed": "has destroyed its keys: its work is done",
} as const;

export const issuerStatus: Command = {
  name: "issuer status",
  summary: "What an issuer is doing, and what it could not deliver yet.",
  positionals: [],
  options: FOLDER_OPTION,
  examples: ["amana issuer status --data ./issuer"],
  async run({ values }, io) {
    const client = await issuerClient(text(values, "data", true), linkFor(io), io.now);
    try {
      const status = await client.status();
      io.say(`Issuer ${status.issuer} of ${status.round}, ${status.audience}: ${TOLD[status.state]}.`);
      if (status.drawsLogged !== null) io.say(`  ${status.drawsLogged} draws signed.`);
      if (status.undelivered > 0)
        io.say(`  ${status.undelivered} entries are not in the ledger yet: the operator's server did not take them.`);
      io.result(status);
      return 0;
    } finally {
      await client.close();
    }
  },
};
