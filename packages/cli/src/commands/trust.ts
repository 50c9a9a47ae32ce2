import { claimedProgramme, Transport } from "@amana/client/auditor";
import { type LocalizedText, toHex } from "@amana/core/bytes";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { keepProgramme, pinKey, readPins, writePin } from "../keys/pins.ts";
import type { Command } from "../terminal/command.ts";
import { CHECK_FAILED, COULD_NOT } from "../terminal/io.ts";
import { oneLine } from "../terminal/printable.ts";

export const trust: Command = {
  name: "trust",
  summary: "Show the digits of a server's programme, to compare with those its organisations publish, and pin it.",
  positionals: ["URL"],
  options: {
    yes: { type: "boolean", describe: "pin without asking: only after you have compared the digits elsewhere" },
    replace: { type: "boolean", describe: "pin another programme than the one you trusted here before" },
  },
  examples: ["amana trust https://feedback.example.org/", "amana trust https://feedback.example.org/ --json"],
  async run({ positionals: [url = ""], values }, io) {
    const programme = await claimedProgramme(new Transport(pinKey(url), io.fetch));
    const id = toHex(programmeId(programme));
    const digits = programmeDigits(programmeId(programme));
    const known = (await readPins(io))[pinKey(url)];
    const finish = (pinned: boolean, code: number): number => {
      io.result({ programme: id, digits, trial: programme.trial, pinned });
      return code;
    };
    // The names are what a server claims: on one line each, so that none looks like the digits.
    io.say(`Programme  ${titleOf(programme.name)}${programme.trial ? "  (trial: protects nobody)" : ""}`);
    for (const organisation of programme.organisations) io.say(`           ${titleOf(organisation.name)}`);
    io.say(`Digits     ${digits}`);
    if (known === id) {
      await keepProgramme(io, programme);
      io.say("You trust this programme already.");
      return finish(true, 0);
    }
    if (known !== undefined) {
      io.warn("This is ANOTHER programme than the one you trusted here before.");
      if (values.replace !== true) {
        io.warn("Nothing was pinned. If the organisations say that they have a new programme, compare its digits and use --replace.");
        return finish(false, CHECK_FAILED);
      }
    }
    if (values.yes !== true) {
      const answer = await io.ask("Do these digits stand in the places where the organisations publish them? (yes/no) ");
      if (answer === null) {
        io.warn("Nothing was pinned: there is nobody to ask. Compare the digits, then use --yes.");
        return finish(false, COULD_NOT);
      }
      if (!/^y(es)?$/i.test(answer.trim())) {
        io.warn("Nothing was pinned.");
        return finish(false, CHECK_FAILED);
      }
    }
    await keepProgramme(io, programme);
    await writePin(io, url, id);
    io.say("Pinned.");
    return finish(true, 0);
  },
};

function titleOf(name: LocalizedText): string {
  return oneLine(Object.values(name)[0] ?? "").slice(0, 200);
}
