import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { AmanaError } from "@amana/core/errors";
import { encodeQuestionnaire, itemsOf } from "@amana/core/questionnaire";
import { importXlsForm } from "@amana/results";
import { writeWhole } from "../../keys/write-whole.ts";
import { type Command, text } from "../../terminal/command.ts";

const SHEETS = ["survey", "choices", "settings"] as const;
const LARGEST_FILE = 8 * 2 ** 20;

export const questionnaireImport: Command = {
  name: "questionnaire import",
  summary: "Make a questionnaire of an XLSForm whose sheets were saved as CSV. Refuses by sheet, row and column all that it cannot carry.",
  positionals: ["FOLDER"],
  options: { out: { type: "string", describe: "where the questionnaire is written (JSON)" } },
  examples: ["amana questionnaire import ./xlsform --out officials.json"],
  notes: [
    "FOLDER holds survey.csv, choices.csv and settings.csv: examples/questionnaires/xlsform in Amana's repository shows them.",
    "Carried: select_one (with the appearance likert a statement on a scale), select_multiple, text, groups, notes, relevant with = != selected()",
    "not() and or, any number of languages. Nothing is left out in silence: what cannot be carried must be taken out by you.",
  ],
  async run({ positionals: [folder = ""], values }, io) {
    const out = text(values, "out", true);
    const [survey = "", choices = "", settings = ""] = await Promise.all(SHEETS.map((name) => readSheetFile(join(folder, `${name}.csv`))));
    const questionnaire = importXlsForm({ survey, choices, settings });
    await writeWhole(out, encodeQuestionnaire(questionnaire), 0o644);
    const items = itemsOf(questionnaire).length;
    io.say(`Written    ${out}: ${items} questions on ${questionnaire.sections.length} screens, in ${questionnaire.locales.join(", ")}`);
    io.say("Next: name it in a round's file, and amana round create --preview.");
    io.result({
      file: out,
      questionnaire: questionnaire.id,
      items,
      sections: questionnaire.sections.length,
      locales: questionnaire.locales,
    });
    return 0;
  },
};

async function readSheetFile(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > LARGEST_FILE) throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is too large.` });
    return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof AmanaError) throw error;
    if (error instanceof TypeError) throw new AmanaError("ERR_CONFIG_INVALID", { note: `${path} is not UTF-8: save it as CSV UTF-8.` });
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `There is no file ${path}, or it may not be read.` });
  }
}
