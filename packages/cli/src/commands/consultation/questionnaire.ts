import { encodeQuestionnaire } from "@amana/core/questionnaire";
import { consultationQuestionnaire } from "@amana/results";
import { writeWhole } from "../../keys/write-whole.ts";
import { type Command, text } from "../../terminal/command.ts";
import { readStatements } from "./files.ts";

export const consultationQuestionnaireCommand: Command = {
  name: "consultation questionnaire",
  summary: "Make the questionnaire of a consultation round: both sides weigh the same statements, agree, disagree or pass.",
  positionals: ["FILE"],
  options: { out: { type: "string", describe: "where the questionnaire is written (JSON)" } },
  examples: ["amana consultation questionnaire statements.yaml --out talk-1.json"],
  notes: [
    "A file to copy: examples/consultation/statements.yaml in Amana's repository. Then amana round create with kind: consultation and this",
    "questionnaire for each audience. Every round draws new credentials: nothing links a person across rounds.",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const out = text(values, "out", true);
    const questionnaire = consultationQuestionnaire(await readStatements(path));
    await writeWhole(out, encodeQuestionnaire(questionnaire), 0o644);
    const statements = questionnaire.sections.flatMap(({ items }) => items).length;
    io.say(`Written    ${out}: ${statements} statements in ${questionnaire.locales.join(", ")}`);
    io.result({ file: out, questionnaire: questionnaire.id, statements });
    return 0;
  },
};
