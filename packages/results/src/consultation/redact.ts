import type { LocalizedText } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";

/** So many words in a row that stand in a comment as they were written are a quotation: people know each other's way of writing. */
const LONGEST_QUOTE = 4;

/**
 * Why a paraphrase of comments may not be published, all of it at once. What was written never leaves as it was: a statement says in other words
 * what at least `minimum` people said, and holds nothing that points at one of them. The analyst's tool calls it, on a trustee's machine.
 * @param comments the texts that it stands for, one of each author
 * @param all every comment of the round: nobody else is quoted either
 */
export function redactionProblems(
  paraphrase: LocalizedText,
  comments: readonly string[],
  all: readonly string[],
  minimum: number,
): Problem[] {
  const problems: Problem[] = [];
  if (comments.length < minimum)
    problems.push({ path: "/refs", message: `stands for ${comments.length} comments; at least ${minimum} people must have said it` });
  const runs = new Set(all.flatMap((comment) => runsOf(comment)));
  for (const [locale, text] of Object.entries(paraphrase)) {
    const path = `/text/${locale}`;
    if (runsOf(text).some((run) => runs.has(run)))
      problems.push({ path, message: `has ${LONGEST_QUOTE + 1} words in a row as somebody wrote them: say it in other words` });
    for (const [what, form] of TRACES) if (form.test(text)) problems.push({ path, message: `has ${what}: it may point at somebody` });
  }
  return problems;
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
