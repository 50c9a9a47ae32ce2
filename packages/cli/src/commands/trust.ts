import { claimedProgramme, Transport } from "@amana/client/auditor";
import { toHex } from "@amana/core/bytes";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { pinKey, readPins, writePin } from "../keys/pins.ts";
import type { Command } from "../terminal/command.ts";
import { CHECK_FAILED, COULD_NOT } from "../terminal/io.ts";

export const trust: Command = {
  name: "trust",
  summary: "Show the digits of a server's programme, to compare with those its organisations publish, and pin it.",
  positionals: ["URL"],
  options: { yes: { type: "boolean", describe: "pin without asking: only after you have compared the digits elsewhere" } },
  examples: ["amana trust https://feedback.example.org/", "amana trust https://feedback.example.org/ --json"],
  async run({ positionals: [url = ""], values }, io) {
    const programme = await claimedProgramme(new Transport(pinKey(url), io.fetch));
    const id = toHex(programmeId(programme));
    const digits = programmeDigits(programmeId(programme));
    io.say(`Programme  ${Object.values(programme.name)[0]}${programme.trial ? "  (trial: protects nobody)" : ""}`);
    for (const organisation of programme.organisations) io.say(`           ${Object.values(organisation.name)[0]}`);
    io.say(`Digits     ${digits}`);
    const known = (await readPins(io))[pinKey(url)];
    if (known !== undefined && known !== id) io.warn("This is ANOTHER programme than the one you trusted here before.");
    io.result({ programme: id, digits, trial: programme.trial, pinned: known === id || values.yes === true });
    if (known === id) {
      io.say("You trust this programme already.");
      return 0;
    }
    if (values.yes !== true) {
      const answer = await io.ask("Do these digits stand in the places where the organisations publish them? (yes/no) ");
      if (answer === null) {
        io.warn("Nothing was pinned: there is nobody to ask. Compare the digits, then use --yes.");
        return COULD_NOT;
      }
      if (!/^y(es)?$/i.test(answer.trim())) {
        io.warn("Nothing was pinned.");
        return CHECK_FAILED;
      }
    }
    await writePin(io, url, id);
    io.say("Pinned.");
    return 0;
  },
};
