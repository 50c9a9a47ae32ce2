import { type LocalizedText, PROTOCOL } from "@amana/core/bytes";
import { AmanaError, isAmanaError, type Problem } from "@amana/core/errors";
import { checkQuestionnaire, type Questionnaire } from "@amana/core/questionnaire";
import { readChoices } from "./choices.ts";
import { columnProblems } from "./columns.ts";
import { readSheet, type Sheet } from "./csv.ts";
import { languagesOf, textOf } from "./languages.ts";
import { readSurvey } from "./survey.ts";

/** The three sheets of an XLSForm, each saved as CSV. */
export interface XlsForm {
  readonly survey: string;
  readonly choices: string;
  readonly settings: string;
}

/**
 * Makes a questionnaire of an XLSForm. What it carries: `select_one` (with the appearance `likert` a statement on a scale), `select_multiple`,
 * `text`, groups as screens, a `note` as the text of a screen and one named `introduction`, labels and hints in any number of languages,
 * `relevant` as far as `readRelevant` goes. All else is refused by sheet, row and column, all of it at once, and nothing is left out in silence:
 * a question that a form lost on its way would not be missed by anybody.
 *
 * Beside the standard there are columns `amana::factor`, `amana::polarity` (`negative`), `amana::mirror`, `amana::max_bytes`, and a list `factors`
 * among the choices. @throws ERR_IMPORT_INVALID
 */
export function importXlsForm(form: XlsForm): Questionnaire {
  const problems: Problem[] = [];
  const sheetOf = (name: keyof XlsForm): Sheet => {
    const { sheet, problems: found } = readSheet(name, form[name]);
    problems.push(...found);
    return sheet ?? { name, columns: [], rows: [] };
  };
  const [survey, choices, settings] = [sheetOf("survey"), sheetOf("choices"), sheetOf("settings")];
  if (problems.length > 0) throw new AmanaError("ERR_IMPORT_INVALID", { problems });
  for (const sheet of [survey, choices, settings]) problems.push(...columnProblems(sheet));

  const [row = { number: 2, cells: new Map<string, string>() }, second] = settings.rows;
  if (second !== undefined) problems.push({ path: `settings/${second.number}`, message: "a second row of settings" });
  const languages = languagesOf(survey, row.cells.get("default_language"), problems);
  const id = (row.cells.get("form_id") ?? "").toLowerCase().replaceAll("_", "-");
  if (!/^[a-z0-9-]{1,64}$/.test(id))
    problems.push({ path: `settings/${row.number}/form_id`, message: "letters, digits, hyphens and underscores, at most 64" });
  const title = titleOf(row.cells.get("form_title"), textOf(row, "form_title", languages, "settings", []), languages.locales);
  if (title === null)
    problems.push({ path: `settings/${row.number}/form_title`, message: "is not there in every language, like form_title::English (en)" });

  const lists = readChoices(choices, languages, problems);
  const read = readSurvey(survey, lists, languages, title ?? {}, problems);
  if (problems.length > 0) throw new AmanaError("ERR_IMPORT_INVALID", { problems });
  return checked({
    protocol: PROTOCOL,
    type: "questionnaire",
    id,
    locales: languages.locales,
    review: Object.fromEntries(languages.locales.map((locale) => [locale, "none"])),
    title,
    introduction: read.introduction,
    factors: (lists.get("factors")?.choices ?? []).map(({ name, text }) => ({ id: name, title: text })),
    scales: read.scales,
    sections: read.sections,
  });
}

/** XLSForm itself has one title for all languages: it is taken for a form in one language alone. */
function titleOf(plain: string | undefined, translated: LocalizedText | null, locales: readonly string[]): LocalizedText | null {
  if (translated !== null && locales.every((locale) => Object.hasOwn(translated, locale))) return translated;
  const [only, another] = locales;
  return plain !== undefined && only !== undefined && another === undefined ? { [only]: plain } : null;
}

/** What a questionnaire asks for beyond this, by its own paths. */
function checked(value: unknown): Questionnaire {
  try {
    return checkQuestionnaire(value);
  } catch (error) {
    if (!isAmanaError(error, "ERR_QUESTIONNAIRE_INVALID")) throw error;
    const problems = (error.details.problems ?? []).map(({ path, message }) => ({ path: `questionnaire${path}`, message }));
    throw new AmanaError("ERR_IMPORT_INVALID", { problems });
  }
}
