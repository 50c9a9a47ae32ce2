import { type LocalizedText, localizedText, name, PROTOCOL } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { checkQuestionnaire, type Questionnaire, type SingleItem } from "@amana/core/questionnaire";
import * as v from "valibot";
import { POSITIONS } from "./published.ts";

/** Where a statement comes from. Comments are never quoted: `comments redact` writes what many of them say in other words. */
export type StatementSource = "finding" | "workshop" | "comments";

/** An avenue for progress that both sides are asked about. */
export interface ConsultationStatement {
  /** `[A-Za-z0-9]{1,16}`: the item's id in the form and in the results, the same in every round. */
  readonly id: string;
  readonly text: LocalizedText;
  readonly source: StatementSource;
  /** What the form says below it: in a second round what each side said in the first, from the published figures. */
  readonly help: LocalizedText | null;
}

/** What one round of a consultation asks, the same of every side. */
export interface StatementsFile {
  readonly consultation: string;
  readonly locales: readonly string[];
  readonly title: LocalizedText;
  readonly introduction: LocalizedText;
  readonly statements: readonly ConsultationStatement[];
}

const schema: v.GenericSchema<unknown, StatementsFile> = v.strictObject({
  consultation: name,
  locales: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/))), v.minLength(1), v.maxLength(8)),
  title: localizedText,
  introduction: localizedText,
  statements: v.pipe(
    v.array(
      v.strictObject({
        id: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,16}$/, "letters and digits, at most 16")),
        text: localizedText,
        source: v.picklist(["finding", "workshop", "comments"]),
        help: v.optional(v.nullable(localizedText), null),
      }),
    ),
    v.minLength(1, "at least one statement"),
    // Whoever must weigh more than this weighs none of them.
    v.maxLength(40, "at most 40 statements: split the consultation"),
  ),
});

/** Checks what someone wrote, and names every mistake at once. @throws ERR_CONSULTATION_INVALID */
export function checkStatements(value: unknown): StatementsFile {
  const result = v.safeParse(schema, value);
  const problems: Problem[] = result.success
    ? languageProblems(result.output)
    : result.issues.map((issue) => ({
        path: `/${(issue.path ?? []).map(({ key }) => String(key)).join("/")}`,
        message: `expected ${issue.message.startsWith("Invalid") ? (issue.expected ?? "another value") : issue.message}`,
      }));
  if (result.success && problems.length === 0) return result.output;
  throw new AmanaError("ERR_CONSULTATION_INVALID", { problems });
}

function languageProblems({ locales, title, introduction, statements }: StatementsFile): Problem[] {
  const texts: (readonly [string, LocalizedText])[] = [["/title", title] as const, ["/introduction", introduction] as const];
  for (const [index, { text, help }] of statements.entries()) {
    texts.push([`/statements/${index}/text`, text]);
    if (help !== null) texts.push([`/statements/${index}/help`, help]);
  }
  const seen = new Set<string>();
  return [
    ...texts.flatMap(([path, text]) => {
      const missing = locales.filter((locale) => (text[locale] ?? "").trim() === "");
      return missing.length === 0 ? [] : [{ path, message: `is not there in ${missing.join(", ")}` }];
    }),
    ...statements.flatMap(({ id }, index) => {
      const isTwice = seen.has(id);
      seen.add(id);
      return isTwice ? [{ path: `/statements/${index}/id`, message: "stands there twice" }] : [];
    }),
  ];
}

/** Answers in the languages that we have words for; other languages must not be in a consultation. */
const WORDS: Readonly<Record<(typeof POSITIONS)[number] | "section", LocalizedText>> = {
  agree: { ar: "أوافق", fr: "D’accord", en: "Agree" },
  disagree: { ar: "لا أوافق", fr: "Pas d’accord", en: "Disagree" },
  pass: { ar: "أمتنع، أو لا أعرف", fr: "Je passe, ou je ne sais pas", en: "Pass, or unsure" },
  section: { ar: "مقترحات للإبداء بالرأي", fr: "Propositions à peser", en: "Statements to weigh" },
};

/** Statements on one screen: a phone shows a few at a time. */
const TO_A_SCREEN = 8;

/**
 * The questionnaire of a consultation round: an item for each statement with the positions agree, disagree and pass, which every audience is
 * asked alike. An ordinary questionnaire: envelopes, counting and disclosure control are those of a survey.
 * @throws ERR_CONSULTATION_INVALID for a language without words, ERR_QUESTIONNAIRE_INVALID
 */
export function consultationQuestionnaire(file: StatementsFile): Questionnaire {
  const { locales, statements } = file;
  const unknown = locales.filter((locale) => !Object.hasOwn(WORDS.agree, locale));
  if (unknown.length > 0)
    throw new AmanaError("ERR_CONSULTATION_INVALID", { problems: [{ path: "/locales", message: "expected ar, fr and en alone" }] });
  const only = (text: LocalizedText): LocalizedText => Object.fromEntries(locales.map((locale) => [locale, text[locale] ?? ""]));
  const items = statements.map(
    ({ id, text, help }): SingleItem => ({
      kind: "single",
      id,
      text: only(text),
      help: help === null ? null : only(help),
      factor: null,
      showIf: null,
      options: POSITIONS.map((position) => ({ id: position, text: only(WORDS[position]) })),
      dontKnow: false,
      preferNot: false,
    }),
  );
  const screens = Array.from({ length: Math.ceil(items.length / TO_A_SCREEN) }, (_, screen) => ({
    id: `statements-${screen + 1}`,
    title: only(WORDS.section),
    text: null,
    showIf: null,
    items: items.slice(screen * TO_A_SCREEN, (screen + 1) * TO_A_SCREEN),
  }));
  return checkQuestionnaire({
    protocol: PROTOCOL,
    type: "questionnaire",
    id: file.consultation,
    locales: [...locales],
    review: Object.fromEntries(locales.map((locale) => [locale, "none"])),
    title: only(file.title),
    introduction: only(file.introduction),
    factors: [],
    scales: [],
    sections: screens,
  });
}
