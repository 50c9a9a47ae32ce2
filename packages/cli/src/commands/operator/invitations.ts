import { open } from "node:fs/promises";
import { formatCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { operatorClient } from "@amana/server";
import { type Command, text, UsageError, wholeNumber } from "../../terminal/command.ts";
import { DATA_OPTION } from "./round.ts";

export const invitationsCreate: Command = {
  name: "invitations create",
  summary: "Make the invitation codes of one audience. Only their hashes are kept: the file is the one copy.",
  positionals: [],
  options: {
    ...DATA_OPTION,
    round: { type: "string", value: "NAME", describe: "name of the round" },
    audience: { type: "string", value: "ID", describe: "audience of the round" },
    issuer: { type: "string", value: "NAME", describe: "issuer, if the audience has several" },
    count: { type: "string", value: "N", describe: "how many codes, spares included" },
    spares: { type: "string", value: "N", describe: "how many of them are spares (0)" },
    url: { type: "string", value: "URL", describe: "address of the server, for the links" },
    out: { type: "string", describe: "CSV file to write; it must not exist" },
  },
  examples: [
    "amana invitations create --data ./data --round wave-2026 --audience officials --count 420 --spares 20 --url https://feedback.example.org/ --out officials.csv",
  ],
  async run({ values }, io) {
    const round = text(values, "round", true);
    const audience = text(values, "audience", true);
    const base = text(values, "url", true).replace(/\/*$/, "/");
    const count = wholeNumber(values, "count");
    const spares = wholeNumber(values, "spares") ?? 0;
    if (count === undefined) throw new UsageError("Missing: --count");
    // The file is made first: codes that cannot be written down must not be made.
    const file = await open(text(values, "out", true), "wx", 0o600).catch(() => {
      throw new AmanaError("ERR_CONFIG_INVALID", { note: "The --out file exists already, or its folder cannot be written." });
    });
    const operator = await operatorClient(text(values, "data", true));
    try {
      const issuer = text(values, "issuer");
      const codes = await operator.createInvitations({ round, audience, count, spares, ...(issuer === undefined ? {} : { issuer }) });
      const lines = codes.map(
        (code, index) => `${formatCode(code)},${base}${round}#${audience}.${formatCode(code)},${index < count - spares ? "" : "spare"}`,
      );
      await file.writeFile(["code,link,use", ...lines, ""].join("\n"));
      await file.sync();
    } finally {
      await operator.close();
      await file.close();
    }
    io.say(`Wrote ${count} codes (${spares} spares). Delete the file once they are handed out: whoever has a code can use it.`);
    io.result({ round, audience, count, spares });
    return 0;
  },
};
