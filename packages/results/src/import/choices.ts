import type { LocalizedText } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";
import { DONT_KNOW, PREFER_NOT } from "@amana/core/questionnaire";
import type { Row, Sheet } from "./csv.ts";
import { type Languages, textOf } from "./languages.ts";

/** A list of choices, without those that are no answer. */
export interface ChoiceList {
  readonly choices: readonly { readonly name: string; readonly text: LocalizedText }[];
  /** Whether the list offers `dont_know` and `prefer_not`: a questionnaire has its own words for them, the same in every form. */
  readonly dontKnow: boolean;
  readonly preferNot: boolean;
  /** Where it begins. */
  readonly row: number;
}

/** Reads the lists of choices, by name. */
export function readChoices(sheet: Sheet, languages: Languages, problems: Problem[]): ReadonlyMap<string, ChoiceList> {
  const rows = new Map<string, Row[]>();
  for (const row of sheet.rows) {
    const list = row.cells.get("list_name") ?? row.cells.get("list name");
    if (list === undefined) problems.push({ path: `choices/${row.number}/list_name`, message: "is empty" });
    else rows.set(list, [...(rows.get(list) ?? []), row]);
  }
  return new Map([...rows].map(([name, own]) => [name, readList(own, languages, problems)]));
}

function readList(rows: readonly Row[], languages: Languages, problems: Problem[]): ChoiceList {
  const names = new Set<string>();
  const choices: { name: string; text: LocalizedText }[] = [];
  for (const row of rows) {
    const path = `choices/${row.number}`;
    const name = row.cells.get("name") ?? "";
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/.test(name))
      problems.push({ path: `${path}/name`, message: "letters, digits, hyphens and underscores, at most 32" });
    if (names.has(name)) problems.push({ path: `${path}/name`, message: "stands in its list twice" });
    names.add(name);
    if (name === DONT_KNOW || name === PREFER_NOT) continue;
    const text = textOf(row, "label", languages, "choices", problems);
    if (text === null) problems.push({ path: `${path}/label`, message: "is empty" });
    else choices.push({ name, text });
  }
  return { choices, dontKnow: names.has(DONT_KNOW), preferNot: names.has(PREFER_NOT), row: rows[0]?.number ?? 0 };
}
