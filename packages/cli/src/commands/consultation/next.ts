import { nextRound } from "@amana/results";
import { stringify } from "yaml";
import { writeWhole } from "../../keys/write-whole.ts";
import { type Command, nameOption, text } from "../../terminal/command.ts";
import { SOURCE_OPTION, sourceOf } from "../plan/source.ts";
import { ROUNDS_OPTION, readRounds, readStatements, roundsOf } from "./files.ts";

export const consultationNext: Command = {
  name: "consultation next",
  summary: "Make the statements of the next round: those that the rules send there, each with what every side said before.",
  positionals: ["FILE"],
  options: {
    ...SOURCE_OPTION,
    ...ROUNDS_OPTION,
    name: { type: "string", value: "NAME", describe: "what the next round's questionnaire is called" },
    out: { type: "string", describe: "where the statements are written (YAML)" },
  },
  examples: [
    "amana consultation next statements.yaml --round talk-1 --name talk-2 --out statements-2.yaml --from https://feedback.example.org/",
  ],
  notes: ["FILE is what the round before asked. Where nothing is to be asked again nothing is written, and the consultation is over."],
  async run({ positionals: [path = ""], values }, io) {
    const out = text(values, "out", true);
    const name = nameOption(values, "name");
    const file = await readStatements(path);
    const { rounds, rules } = await readRounds(sourceOf(values, io), roundsOf(values));
    const next = nextRound(file, name, rounds, rules);
    if (next === null) io.say("The consultation is over: no statement is asked again.");
    else {
      await writeWhole(out, stringify(next, { lineWidth: 0 }), 0o644);
      io.say(`Written    ${out}: ${next.statements.map(({ id }) => id).join(", ")}. Next: amana consultation questionnaire.`);
    }
    io.result({ over: next === null, file: next === null ? null : out, statements: next?.statements.map(({ id }) => id) ?? [] });
    return 0;
  },
};
