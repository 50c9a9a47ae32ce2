import type { LocalizedText } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";

/** So many words in a row that stand in a comment as they were written are a quotation: people know each other's way of writing. */
const LONGEST_QUOTE = 4;

/** A comment with the question that it stands at. */
export interface PlacedComment {
  readonly audience: string;
  readonly item: string;
  readonly text: string;
}

/**
 * Why a paraphrase of comments may not be published, all of it at once. What was written never leaves as it was: a statement says in other words
 * what at least `minimum` people said, and holds nothing that points at one of them. The analyst's tool calls it, on a trustee's machine.
 * @param comments those that it stands for
 * @param all every comment of the round: nobody else is quoted either
 */
export function redactionProblems(
  paraphrase: LocalizedText,
  comments: readonly PlacedComment[],
  all: readonly string[],
  minimum: number,
): Problem[] {
  const problems: Problem[] = [];
  const people = peopleBehind(comments);
  if (people < minimum)
    problems.push({
      path: "/refs",
      message: `stands for ${comments.length} comments, which ${people} people may have written alone; at least ${minimum} must have said it`,
    });
  const runs = new Set(all.flatMap((comment) => runsOf(comment)));
  for (const [locale, text] of Object.entries(paraphrase)) {
    const path = `/text/${locale}`;
    if (runsOf(text).some((run) => runs.has(run)))
      problems.push({ path, message: `has ${LONGEST_QUOTE + 1} words in a row as somebody wrote them: say it in other words` });
    for (const [what, form] of TRACES) if (form.test(text)) problems.push({ path, message: `has ${what}: it may point at somebody` });
  }
  return problems;
}

/**
 * How many people wrote these comments at least. Comments are detached from their authors, and one person may have written at every question:
 * only those at the same question of the same audience are of different people.
 */
function peopleBehind(comments: readonly PlacedComment[]): number {
  const sides = new Map<string, Map<string, number>>();
  for (const { audience, item } of comments) {
    const counts = sides.get(audience) ?? new Map<string, number>();
    sides.set(audience, counts.set(item, (counts.get(item) ?? 0) + 1));
  }
  return [...sides.values()].reduce((sum, counts) => sum + Math.max(...counts.values()), 0);
}

/** What points at one person or one event. Digits of any script. */
const TRACES: readonly (readonly [what: string, form: RegExp])[] = [
  ["an address", /\S@\S|https?:\/\//u],
  ["a number of four digits or more", /\p{Nd}[\p{Nd} ./-]{2,}\p{Nd}/u],
  ["a date", /\p{Nd}{1,2}[./-]\p{Nd}{1,2}/u],
];

/** Every run of words that would be a quotation, in one spelling: letters and digits alone, small, without marks. */
function runsOf(text: string): string[] {
  const words = text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  if (words === null) return [];
  return words.slice(LONGEST_QUOTE).map((_, index) => words.slice(index, index + LONGEST_QUOTE + 1).join(" "));
}
