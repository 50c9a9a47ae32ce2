import { checkSchema, encodeJson, equal } from "../bytes/index.ts";
import { AmanaError, isAmanaError, type Problem } from "../errors/index.ts";
import { checkConditions } from "./check-conditions.ts";
import { checkTexts } from "./check-texts.ts";
import { ballotSize } from "./fields.ts";
import { DONT_KNOW, PREFER_NOT } from "./items.ts";
import type { Item, Questionnaire } from "./model.ts";
import { questionnaireSchema } from "./schema.ts";
import type { Wrong } from "./wrong.ts";

/** Most bytes of a ballot: everyone's envelope in the round has the size of the largest. */
const MAX_BALLOT = 65_536;

/**
 * Reads a questionnaire from parsed JSON and names every mistake at once by its JSON Pointer: first those of shape; if
 * there are none, those of meaning. Operators' tools call it on files people wrote, clients on what a server sent.
 * Returns a frozen copy, so what was checked stays what it is. @throws ERR_QUESTIONNAIRE_INVALID
 */
export function checkQuestionnaire(value: unknown): Questionnaire {
  const questionnaire = checkShape(value);
  const problems: Problem[] = [];
  const wrong: Wrong = (path, message) => void problems.push({ path, message });
  checkTexts(questionnaire, wrong);
  checkIds(questionnaire, wrong);
  checkItems(questionnaire, wrong);
  checkConditions(questionnaire, wrong);
  if (ballotSize(questionnaire) > MAX_BALLOT) wrong("/sections", `a ballot would have more than ${MAX_BALLOT} bytes`);
  // The schema library passes over a few names, such as "constructor": what it leaves out must not have been there.
  if (problems.length === 0 && !sameDocument(value, questionnaire)) wrong("/", "expected no other fields");
  if (problems.length > 0) throw new AmanaError("ERR_QUESTIONNAIRE_INVALID", { problems });
  return freeze(questionnaire);
}

function checkShape(value: unknown): Questionnaire {
  try {
    return checkSchema(value, questionnaireSchema);
  } catch (error) {
    if (isAmanaError(error, "ERR_JSON_SCHEMA")) throw new AmanaError("ERR_QUESTIONNAIRE_INVALID", error.details);
    throw error;
  }
}

function sameDocument(value: unknown, questionnaire: Questionnaire): boolean {
  try {
    return equal(encodeJson(value), encodeJson(questionnaire));
  } catch {
    return false;
  }
}

function checkIds({ locales, factors, scales, sections }: Questionnaire, wrong: Wrong): void {
  once(locales, (index) => `/locales/${index}`, wrong);
  once(ids(factors), (index) => `/factors/${index}/id`, wrong);
  once(ids(scales), (index) => `/scales/${index}/id`, wrong);
  once(ids(sections), (index) => `/sections/${index}/id`, wrong);
  const places = sections.flatMap(({ items }, section) =>
    items.map((item, index) => ({ item, path: `/sections/${section}/items/${index}` })),
  );
  once(ids(places.map(({ item }) => item)), (index) => `${places[index]?.path}/id`, wrong);
  once(
    places.map(({ item }) => (item.kind === "likert" ? item.mirror : null)),
    (index) => `${places[index]?.path}/mirror`,
    wrong,
  );
}

/** Names the second and every later use of a value; null is no value. */
function once(values: readonly (string | null)[], path: (index: number) => string, wrong: Wrong): void {
  values.forEach((value, index) => {
    if (value !== null && values.indexOf(value) !== index) wrong(path(index), "used twice");
  });
}

function ids(entries: readonly { readonly id: string }[]): string[] {
  return entries.map(({ id }) => id);
}

function checkItems(questionnaire: Questionnaire, wrong: Wrong): void {
  questionnaire.sections.forEach(({ items }, section) => {
    items.forEach((item, index) => {
      const path = `/sections/${section}/items/${index}`;
      if (item.factor !== null && !ids(questionnaire.factors).includes(item.factor)) wrong(`${path}/factor`, "no such factor");
      checkItem(item, path, ids(questionnaire.scales), wrong);
    });
  });
}

function checkItem(item: Item, path: string, scales: readonly string[], wrong: Wrong): void {
  if (item.kind === "likert") {
    if (!scales.includes(item.scale)) wrong(`${path}/scale`, "no such scale");
    return;
  }
  if (item.kind === "text") {
    if (item.maxBytes === 0) wrong(`${path}/maxBytes`, "at least 1");
    return;
  }
  once(ids(item.options), (option) => `${path}/options/${option}/id`, wrong);
  item.options.forEach(({ id }, option) => {
    if (id === DONT_KNOW || id === PREFER_NOT) wrong(`${path}/options/${option}/id`, "reserved: use dontKnow or preferNot");
  });
  if (item.kind === "multiple" && (item.max === 0 || item.max > item.options.length))
    wrong(`${path}/max`, "between 1 and the number of options");
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
