import type { Item, LikertItem, Questionnaire } from "./model.ts";

/** The answer "I don't know": of likert and single items with `dontKnow`. It is an answer, not a gap. */
export const DONT_KNOW = "dont_know";
/** The answer "I prefer not to say": of likert, single and multiple items with `preferNot`. */
export const PREFER_NOT = "prefer_not";

/** All items in order, shown or not: the order of the ballot and of results. */
export function itemsOf(questionnaire: Questionnaire): readonly Item[] {
  return questionnaire.sections.flatMap(({ items }) => items);
}

/** How many points the scale of a likert item has: its answers are 1..points. 0 if there is no such scale, which a checked questionnaire never has. */
export function pointsOf(questionnaire: Questionnaire, item: LikertItem): number {
  return questionnaire.scales.find(({ id }) => id === item.scale)?.labels.length ?? 0;
}

/** Every answer to an item that a condition can name, in the order they are shown. Empty for a text. */
export function possibleAnswers(questionnaire: Questionnaire, item: Item): readonly (string | number)[] {
  if (item.kind === "text") return [];
  const choices: readonly (string | number)[] =
    item.kind === "likert"
      ? Array.from({ length: pointsOf(questionnaire, item) }, (_, index) => index + 1)
      : item.options.map(({ id }) => id);
  return [...choices, ...(item.kind !== "multiple" && item.dontKnow ? [DONT_KNOW] : []), ...(item.preferNot ? [PREFER_NOT] : [])];
}
