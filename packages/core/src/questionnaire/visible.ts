import type { Answer, Answers, Condition, Item, Questionnaire } from "./model.ts";

/**
 * Which items these answers bring up, in order. Forms call it after every answer. An answer to an item that is itself
 * hidden counts for nothing: going back and changing an earlier answer also hides what hung on the later one.
 */
export function visibleItems(questionnaire: Questionnaire, answers: Answers): readonly Item[] {
  const visible: Item[] = [];
  const given = new Map<string, Answer>();
  for (const section of questionnaire.sections) {
    const sectionShown = holds(section.showIf, given);
    for (const item of section.items) {
      if (!sectionShown || !holds(item.showIf, given)) continue;
      visible.push(item);
      const answer = answerTo(answers, item.id);
      if (answer !== undefined) given.set(item.id, answer);
    }
  }
  return visible;
}

/** The answers without those to hidden items: what a form encodes after the respondent has gone back and forth. */
export function keepVisible(questionnaire: Questionnaire, answers: Answers): Answers {
  const kept: [string, Answer][] = [];
  for (const { id } of visibleItems(questionnaire, answers)) {
    const answer = answerTo(answers, id);
    if (answer !== undefined) kept.push([id, answer]);
  }
  return Object.fromEntries(kept);
}

/** The answer to one item. Own properties only: `constructor` is a valid id, and every object inherits one. */
export function answerTo(answers: Answers, id: string): Answer | undefined {
  return Object.hasOwn(answers, id) ? answers[id] : undefined;
}

function holds(condition: Condition | null, given: ReadonlyMap<string, Answer>): boolean {
  if (condition === null) return true;
  if ("all" in condition) return condition.all.every((inner) => holds(inner, given));
  if ("any" in condition) return condition.any.some((inner) => holds(inner, given));
  if ("not" in condition) return !holds(condition.not, given);
  const answer = given.get(condition.item);
  if (answer === undefined) return false;
  return typeof answer === "object" ? answer.some((choice) => condition.in.includes(choice)) : condition.in.includes(answer);
}
