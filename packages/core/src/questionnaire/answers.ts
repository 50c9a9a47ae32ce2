import { AmanaError, type Problem } from "../errors/index.ts";
import { textBytes } from "./fields.ts";
import { itemsOf, possibleAnswers } from "./items.ts";
import type { Answer, Answers, Item, Questionnaire } from "./model.ts";
import { visibleItems } from "./visible.ts";

/**
 * Checks answers before they are encoded. Names every mistake at once by the item's path, never by the answer.
 * @throws ERR_ANSWER_INVALID
 */
export function checkAnswers(questionnaire: Questionnaire, answers: Answers): void {
  const problems = answerProblems(questionnaire, answers);
  if (problems.length > 0) throw new AmanaError("ERR_ANSWER_INVALID", { problems });
}

/** The mistakes of {@link checkAnswers}, in the order of the questionnaire. */
export function answerProblems(questionnaire: Questionnaire, answers: Answers): Problem[] {
  const items = new Map(itemsOf(questionnaire).map((item) => [item.id, item]));
  const problems: Problem[] = [];
  const fitting: [string, Answer][] = [];
  for (const [id, item] of items) {
    if (!Object.hasOwn(answers, id)) continue;
    const answer = answers[id] as Answer;
    const mistake = mistakeOf(questionnaire, item, answer);
    if (mistake === null) fitting.push([id, answer]);
    else problems.push({ path: `/${id}`, message: mistake });
  }
  const visible = new Set(visibleItems(questionnaire, Object.fromEntries(fitting)).map(({ id }) => id));
  for (const [id] of fitting) if (!visible.has(id)) problems.push({ path: `/${id}`, message: "hidden by an earlier answer" });
  // The key of an unknown item is input of the caller's: it is not repeated.
  if (Object.keys(answers).some((id) => !items.has(id))) problems.push({ path: "/", message: "an answer to no item of the questionnaire" });
  return problems;
}

function mistakeOf(questionnaire: Questionnaire, item: Item, answer: Answer): string | null {
  if (item.kind === "text") {
    const bytes = typeof answer === "string" ? textBytes(answer) : null;
    if (bytes === null) return "not a text";
    if (bytes.length === 0) return "empty: leave the item out";
    return bytes.length > item.maxBytes ? `more than ${item.maxBytes} bytes` : null;
  }
  const possible = possibleAnswers(questionnaire, item);
  if (!Array.isArray(answer)) {
    const fits = item.kind === "multiple" ? answer === "prefer_not" && item.preferNot : possible.includes(answer as string | number);
    return fits ? null : "not one of the answers";
  }
  if (item.kind !== "multiple") return "one answer only";
  if (!answer.every((choice) => item.options.some(({ id }) => id === choice))) return "not one of the options";
  if (new Set(answer).size !== answer.length) return "an option twice";
  if (answer.length === 0) return "empty: leave the item out";
  return answer.length > item.max ? `more than ${item.max} options` : null;
}
