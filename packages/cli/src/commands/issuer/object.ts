import { readFile } from "node:fs/promises";
import { handInReceipt } from "@amana/client/issuer";
import { parseEnrolmentReceipt } from "@amana/core/credential";
import { pinKey, pinnedProgramme } from "../../keys/pins.ts";
import { type Command, text } from "../../terminal/command.ts";

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
