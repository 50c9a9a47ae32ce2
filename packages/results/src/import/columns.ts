import type { Problem } from "@amana/core/errors";
import type { Row, Sheet } from "./csv.ts";

/** Columns that are carried, by sheet. Those of texts have a language behind them. */
export const CARRIED: Readonly<Record<string, readonly string[]>> = {
  survey: [
    "type",
    "name",
    "relevant",
    "required",
    "appearance",
    "constraint",
    "amana::factor",
    "amana::polarity",
    "amana::mirror",
    "amana::max_bytes",
  ],
  choices: ["list_name", "list name", "name"],
  settings: ["form_id", "default_language", "version"],
};

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  survey: ["label", "hint"],
  choices: ["label"],
  settings: ["form_title"],
};

/** Names every cell that stands in a column which a questionnaire has no place for. An empty column harms nobody. */
export function columnProblems({ name, rows }: Sheet): Problem[] {
  const carried = CARRIED[name] ?? [];
  const texts = TEXTS[name] ?? [];
  const isCarried = (column: string): boolean =>
    carried.includes(column) || texts.some((text) => column === text || column.startsWith(`${text}::`));
  return rows.flatMap((row) =>
    [...row.cells.keys()]
      .filter((column) => !isCarried(column))
      .map((column) => ({ path: `${name}/${row.number}/${column}`, message: "cannot be carried" })),
  );
}

/** What stands in a cell, or the empty text. */
export function cellOf(row: Row, column: string): string {
  return row.cells.get(column) ?? "";
}
