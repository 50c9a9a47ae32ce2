import type { LocalizedText } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";
import type { Row, Sheet } from "./csv.ts";

/** The languages of a form, and how its columns name them: `label::English (en)`, `label::en`. */
export interface Languages {
  /** The first is the default. */
  readonly locales: readonly string[];
  /** Suffix of a column to its locale; the empty suffix where the form has one language alone. */
  readonly suffixes: ReadonlyMap<string, string>;
}

/** Reads the languages of a form from its labels' columns. */
export function languagesOf(survey: Sheet, defaultLanguage: string | undefined, problems: Problem[]): Languages {
  const suffixes = new Map<string, string>();
  const labels = survey.columns.filter((column) => column === "label" || column.startsWith("label::"));
  for (const column of labels) {
    const suffix = column.slice("label".length);
    const locale = suffix === "" ? defaultLanguage && codeOf(defaultLanguage) : codeOf(suffix.slice(2));
    if (locale) suffixes.set(suffix, locale);
    else
      problems.push({
        path: `survey/1/${column}`,
        message:
          suffix === "" ? "needs default_language in settings, like English (en)" : "names no language code, like label::English (en)",
      });
  }
  if (labels.length === 0) problems.push({ path: "survey/1", message: "has no column label" });
  if (suffixes.has("") && suffixes.size > 1)
    problems.push({ path: "survey/1/label", message: "stands beside columns with languages: give it one too" });
  const found = [...new Set(suffixes.values())];
  const first = defaultLanguage === undefined ? undefined : (codeOf(defaultLanguage) ?? suffixes.get(`::${defaultLanguage}`));
  return { locales: first !== undefined && found.includes(first) ? [first, ...found.filter((each) => each !== first)] : found, suffixes };
}

/** `English (en)` or `en`. */
function codeOf(name: string): string | undefined {
  return /\(([a-z]{2,3})\)\s*$/.exec(name)?.[1] ?? (/^[a-z]{2,3}$/.test(name) ? name : undefined);
}

/** A text of a row in every language; null where it is in none. Names the languages that it lacks. */
export function textOf(row: Row, field: string, { suffixes }: Languages, sheet: string, problems: Problem[]): LocalizedText | null {
  const found: Record<string, string> = {};
  const missing: string[] = [];
  for (const [suffix, locale] of suffixes) {
    const cell = row.cells.get(`${field}${suffix}`);
    if (cell === undefined) missing.push(`${field}${suffix}`);
    else found[locale] = cell;
  }
  if (Object.keys(found).length === 0) return null;
  for (const column of missing)
    problems.push({ path: `${sheet}/${row.number}/${column}`, message: "is empty, and is not in another language" });
  return found;
}
