import { readFile } from "node:fs/promises";
import { handInReceipt, judgeInvitation } from "@amana/client/issuer";
import { parseInvitationCode } from "@amana/core/bytes";
import { parseEnrolmentReceipt } from "@amana/core/credential";
import { pinKey, pinnedProgramme } from "../../keys/pins.ts";
import { type Command, nameOption, text } from "../../terminal/command.ts";

export const issuerObject: Command = {
  name: "issuer object",
  summary: "Hand in an enrolment receipt whose draw the issuer did not log. Only within the round's time for objections.",
  positionals: ["FILE", "URL"],
  options: { programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`)" } },
  examples: ["amana issuer object receipt.txt https://feedback.example.org/"],
  notes: ["A receipt that is refused, or comes too late, is evidence: amana verify URL --receipt FILE says against whom."],
  async run({ positionals: [file = "", url = ""], values }, io) {
    const base = pinKey(url);
    const programme = await pinnedProgramme(io, base, text(values, "programme"));
    const parsed = parseEnrolmentReceipt(await readFile(file, "utf8"));
    await handInReceipt(base, parsed, { programme, now: io.now(), fetch: io.fetch });
    io.say(`The issuer ${parsed.receipt.issuer} took the receipt: the draw is in its list.`);
    io.result({ round: parsed.round, issuer: parsed.receipt.issuer, taken: true });
    return 0;
  },
};

const TOLD = {
  drawn: "was drawn. If that was not you, somebody took this voice.",
  open: "was not drawn.",
  replaced: "was replaced or revoked: it draws nothing.",
  spare: "is a spare that nobody was given.",
  unknown: "is no invitation of this issuer.",
} as const;

export const issuerCheck: Command = {
  name: "issuer check",
  summary: "What the ledger says of an invitation that you hold: nobody is asked with the code, and everybody's lists are read.",
  positionals: ["URL"],
  options: {
    round: { type: "string", value: "NAME", describe: "name of the round" },
    audience: { type: "string", value: "ID", describe: "audience of the round" },
    issuer: { type: "string", value: "NAME", describe: "issuer that the code is of" },
    code: { type: "string", value: "CODE", describe: "the invitation code (else it is asked for)" },
    programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`)" },
  },
  examples: ["amana issuer check https://feedback.example.org/ --round wave-2026 --audience officials --issuer customs"],
  async run({ positionals: [url = ""], values }, io) {
    const base = pinKey(url);
    const programme = await pinnedProgramme(io, base, text(values, "programme"));
    const [round, audience, issuer] = [nameOption(values, "round"), nameOption(values, "audience"), nameOption(values, "issuer")];
    const written = text(values, "code") ?? (await io.ask("Invitation code: ", { hidden: true })) ?? "";
    const held = { round, audience, issuer, code: parseInvitationCode(written) };
    const state = await judgeInvitation(base, held, { programme, now: io.now(), fetch: io.fetch });
    io.say(`This invitation ${TOLD[state]}`);
    io.result({ round, audience, issuer, state });
    return 0;
  },
};
