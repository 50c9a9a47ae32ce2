import { AmanaError } from "@amana/core/errors";
import { redactionProblems } from "@amana/results";
import { type Command, text, UsageError, type Values, wholeNumber } from "../../terminal/command.ts";
import { appendStatement } from "../consultation/append.ts";
import { readStatements } from "../consultation/files.ts";
import { type OpenedComment, readComments } from "./ballots.ts";

/** As many people as the smallest published figure rests on. */
const MINIMUM = 10;
/** Nobody may choose fewer. */
const LEAST = 5;

export const commentsRedact: Command = {
  name: "comments redact",
  summary:
    "Put what many comments say, in other words, as a statement to a consultation. Refuses quotations, traces of people, and too few of them.",
  positionals: ["FILE"],
  options: {
    comment: { type: "string", value: "REF", describe: "a comment that it stands for, once for each", multiple: true },
    id: { type: "string", value: "ID", describe: "id of the statement" },
    text: { type: "string", value: "LOCALE=TEXT", describe: "the statement, once for each language", multiple: true },
    minimum: { type: "string", value: "NUMBER", describe: `how many people must have said it (${MINIMUM}; at least ${LEAST})` },
    to: { type: "string", describe: "the statements' file that it is added to" },
  },
  examples: [
    'amana comments redact trustee.key.work/wave-2026/ballots.json --comment 3f9a01bc --comment 77ad02fe --id S4 --text "en=Fees should be published." --to statements.yaml',
  ],
  notes: [
    "Nothing of a comment is written anywhere: neither its words, nor its number. No five words in a row may be as somebody wrote them, and no",
    "address, date or long number may be in it. Names and places you must see yourself. Who wrote what is not known, and one person may have",
    "written at every question: so comments count as those of as many people as wrote at one of the questions.",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const to = text(values, "to", true);
    const id = text(values, "id", true);
    const minimum = wholeNumber(values, "minimum") ?? MINIMUM;
    if (minimum < LEAST) throw new UsageError(`--minimum takes ${LEAST} or more`);
    const { locales } = await readStatements(to);
    const comments = await readComments(path);
    const chosen = chosenOf(values, comments);
    const paraphrase = textsOf(values, locales);
    const problems = redactionProblems(
      paraphrase,
      chosen,
      comments.map((comment) => comment.text),
      minimum,
    );
    if (problems.length > 0) throw new AmanaError("ERR_CONSULTATION_INVALID", { problems });
    const file = await appendStatement(to, { id, text: paraphrase, source: "comments" });
    io.say(`Added statement ${id} to ${to}; it stands for ${minimum} people or more.`);
    io.result({ file: to, statement: id, statements: file.statements.length });
    return 0;
  },
};

function chosenOf({ comment }: Values, comments: readonly OpenedComment[]): readonly OpenedComment[] {
  const refs = new Set(Array.isArray(comment) ? comment : []);
  const chosen = comments.filter(({ ref }) => refs.has(ref));
  if (chosen.length < refs.size) throw new UsageError("--comment takes numbers of amana comments list");
  return chosen;
}

function textsOf({ text: given }: Values, locales: readonly string[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const each of Array.isArray(given) ? given : []) {
    const [, locale, words] = /^([a-z]{2,3})=(.+)$/s.exec(each.normalize("NFC")) ?? [];
    if (locale === undefined || words === undefined) throw new UsageError('--text takes a language and a text, like "en=…"');
    texts[locale] = words;
  }
  if (locales.some((locale) => !Object.hasOwn(texts, locale)))
    throw new UsageError(`--text is needed once for each of ${locales.join(", ")}`);
  return texts;
}
