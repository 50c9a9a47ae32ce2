import { open, rm } from "node:fs/promises";
import { formatCode, type InvitationCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { pinKey } from "../../keys/pins.ts";
import { type Command, nameOption, text, UsageError, wholeNumber } from "../../terminal/command.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

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
  notes: ["Delete the file once the codes are handed out: whoever has a code can use it."],
  async run({ values }, io) {
    const round = nameOption(values, "round");
    const audience = nameOption(values, "audience");
    const issuer = text(values, "issuer");
    const base = pinKey(text(values, "url", true));
    const count = wholeNumber(values, "count");
    const spares = wholeNumber(values, "spares") ?? 0;
    const out = text(values, "out", true);
    if (count === undefined) throw new UsageError("Missing: --count");
    if (spares > count) throw new UsageError("--spares are among --count: it cannot be more");
    const input = { round, audience, count, spares, ...(issuer === undefined ? {} : { issuer }) };
    await writeOnce(out, async () => {
      const codes = await withOperator(values, (operator) => operator.createInvitations(input));
      return csvOf(codes, spares, (code) => `${base}${round}#${audience}.${code}`);
    });
    io.say(`Wrote ${count} codes (${spares} spares) to ${out}.`);
    io.say("Delete the file once they are handed out: whoever has a code can use it.");
    io.result({ round, audience, count, spares, out });
    return 0;
  },
};

/**
 * Makes the file before its content: codes that cannot be written down must not be made. What cannot be made leaves no file behind.
 * @throws ERR_CONFIG_INVALID when there is a file of this name; it is not touched, and nothing was made
 */
async function writeOnce(path: string, make: () => Promise<string>): Promise<void> {
  const file = await open(path, "wx", 0o600).catch(() => {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: "The --out file exists already, or its folder cannot be written." });
  });
  try {
    const content = await make().catch(async (error: unknown) => {
      await rm(path, { force: true });
      throw error;
    });
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

function csvOf(codes: readonly InvitationCode[], spares: number, linkOf: (code: string) => string): string {
  const rows = codes.map((code, index) => {
    const written = formatCode(code);
    const link = linkOf(written);
    return `${written},${/[",]/.test(link) ? `"${link.replaceAll('"', '""')}"` : link},${index < codes.length - spares ? "" : "spare"}`;
  });
  return ["code,link,use", ...rows, ""].join("\n");
}
