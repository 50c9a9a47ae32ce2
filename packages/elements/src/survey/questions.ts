import {
  type Answer,
  type Answers,
  DONT_KNOW,
  type Item,
  keepVisible,
  PREFER_NOT,
  type Questionnaire,
  visibleItems,
} from "@amana/core/questionnaire";
import { localized, type SurveyCatalogue } from "../catalogue/index.ts";
import type { Choice } from "../ui/fields.ts";

/** The numbers of the sections that show at least one item, given the answers so far. */
export function visibleSections(questionnaire: Questionnaire, answers: Answers): readonly number[] {
  const shown = visibleIds(questionnaire, answers);
  return questionnaire.sections.flatMap(({ items }, index) => (items.some(({ id }) => shown.has(id)) ? [index] : []));
}

/** The ids of all items that these answers bring up. */
export function visibleIds(questionnaire: Questionnaire, answers: Answers): ReadonlySet<string> {
  return new Set(visibleItems(questionnaire, answers).map(({ id }) => id));
}

/** No answers. Without a prototype: `constructor` is a valid item id. */
export function noAnswers(): Record<string, Answer> {
  return Object.create(null) as Record<string, Answer>;
}

/** The answers that are sent: of shown items only, empty texts and choices left out, texts in NFC. */
export function answersToSend(questionnaire: Questionnaire, answers: Answers): Answers {
  const texts = new Set(questionnaire.sections.flatMap(({ items }) => items.filter(({ kind }) => kind === "text").map(({ id }) => id)));
  const entries = Object.entries(keepVisible(questionnaire, answers)).filter(([, answer]) => !isEmpty(answer));
  return Object.fromEntries(entries.map(([id, answer]) => [id, texts.has(id) ? cleanText(String(answer)) : answer]));
}

function isEmpty(answer: Answer): boolean {
  return Array.isArray(answer) ? answer.length === 0 : typeof answer === "string" && answer.trim() === "";
}

/** NFC, and no half characters: what the protocol calls a text. */
export function cleanText(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text.trim())).normalize("NFC");
}

/** The choices of a closed item, "don't know" and "prefer not to say" last and set apart. */
export function choicesOf(
  catalogue: SurveyCatalogue,
  questionnaire: Questionnaire,
  item: Exclude<Item, { readonly kind: "text" }>,
): readonly Choice[] {
  const own: readonly Choice[] =
    item.kind === "likert"
      ? (questionnaire.scales.find(({ id }) => id === item.scale)?.labels ?? []).map((label, index) => ({
          value: String(index + 1),
          label: localized(catalogue, label),
        }))
      : item.options.map(({ id, text }) => ({ value: id, label: localized(catalogue, text) }));
  const aside = (offered: boolean, value: string, label: string): readonly Choice[] => (offered ? [{ value, label, aside: true }] : []);
  return [
    ...own,
    ...aside(item.kind !== "multiple" && item.dontKnow, DONT_KNOW, catalogue.survey.dontKnow),
    ...aside(item.preferNot, PREFER_NOT, catalogue.survey.preferNot),
  ];
}

/** The form's values of an answer, and back. A rating is a number in the ballot and a string in the form. */
export function valuesOf(answer: Answer | undefined): readonly string[] {
  return answer === undefined ? [] : Array.isArray(answer) ? (answer as readonly string[]) : [String(answer)];
}

export function answerOf(item: Item, values: readonly string[]): Answer | null {
  const [first] = values;
  if (first === undefined) return null;
  if (values.includes(PREFER_NOT)) return PREFER_NOT;
  if (item.kind === "multiple") return values;
  return item.kind === "likert" && first !== DONT_KNOW ? Number(first) : first;
}

/** How a person reads an answer on the review. */
export function answerText(
  catalogue: SurveyCatalogue,
  questionnaire: Questionnaire,
  item: Item,
  answer: Answer | undefined,
): string | null {
  if (answer === undefined || isEmpty(answer)) return null;
  if (item.kind === "text") return String(answer);
  const labels = new Map(choicesOf(catalogue, questionnaire, item).map(({ value, label }) => [value, label]));
  return valuesOf(answer)
    .map((value) => labels.get(value) ?? value)
    .join(" · ");
}

const encoder = new TextEncoder();

/** How many letters still fit, negative when there are too many. A letter is taken to be as long as those written so far. */
export function lettersLeft(text: string, maxBytes: number, bytesPerLetter: number): number {
  const bytes = encoder.encode(cleanText(text)).length;
  const letters = [...text].length;
  const each = letters < 10 ? bytesPerLetter : Math.max(1, bytes / letters);
  const left = (maxBytes - bytes) / each;
  return left < 0 ? Math.min(-1, Math.floor(left)) : Math.floor(left);
}
