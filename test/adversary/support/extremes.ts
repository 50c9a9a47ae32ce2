import { type Answer, type Answers, itemsOf, possibleAnswers, type Questionnaire, visibleItems } from "@amana/core/questionnaire";

/** The answers with the most bytes: every item that can be seen, the last option or all that may be chosen, comments filled to the brim. */
export function fullest(questionnaire: Questionnaire): Answers {
  const answers: Record<string, Answer> = {};
  for (const item of itemsOf(questionnaire)) {
    if (!visibleItems(questionnaire, answers).some(({ id }) => id === item.id)) continue;
    if (item.kind === "text") answers[item.id] = "ش".repeat(Math.floor(item.maxBytes / 2));
    else if (item.kind === "multiple") answers[item.id] = item.options.slice(0, item.max).map(({ id }) => id);
    else answers[item.id] = possibleAnswers(questionnaire, item)[0] as string | number;
  }
  return answers;
}
