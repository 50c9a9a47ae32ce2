import { readFile } from "node:fs/promises";
import { issuerClient } from "@amana/server";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import { FOLDER_OPTION, hashOf, linkFor, sparesIn, sparesOption } from "./folder.ts";

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

export const issuerReplace: Command = {
  name: "issuer replace",
  summary: "Replace an invitation that was lost and not drawn by a spare, or revoke it. The spare is shown once the ledger names it.",
  positionals: [],
  options: {
    ...FOLDER_OPTION,
    code: { type: "string", value: "CODE", describe: "the lost code" },
    spares: { type: "string", describe: "CSV file with the spares, as `issuer init` wrote it" },
    revoke: { type: "boolean", describe: "give no other code in its place" },
    programme: { type: "string", value: "ID", describe: "programme id" },
  },
  examples: [
    "amana issuer replace --data ./issuer --code 7H2K-… --spares spares.csv",
    "amana issuer replace --data ./issuer --code 7H2K-… --revoke",
  ],
  async run({ values }, io) {
    const spareFile = sparesOption(values);
    const code = text(values, "code", true);
    const client = await issuerClient(text(values, "data", true), linkFor(io), io.now);
    try {
      const { round, issuer, programme } = await client.status();
      const names = { programme, round, issuer };
      const codes = spareFile === null ? [] : sparesIn(await readFile(spareFile, "utf8"));
      if (spareFile !== null && codes.length === 0) throw new UsageError("There are no spares in this file");
      const hashes = codes.map((spare) => hashOf(names, spare));
      const { by } = await client.replace(hashOf(names, code), hashes);
      const spare = by === null ? null : (codes[hashes.indexOf(by)] ?? null);
      io.say(spare === null ? "Revoked: the code draws nothing any more." : `The old code draws nothing any more. Give out: ${spare}`);
      io.result({ replaced: true, by: spare });
      return 0;
    } finally {
      await client.close();
    }
  },
};
