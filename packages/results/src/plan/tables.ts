import type { Problem } from "@amana/core/errors";
import { type Item, itemsOf, type Questionnaire, type SingleItem } from "@amana/core/questionnaire";

/**
 * A table by groups: an audience's answers on scales, apart for each answer to one background question, or to two at once.
 * Those who did not say are a group of their own.
 */
export interface GroupTable {
  readonly audience: string;
  /** Ids of items of kind `single` that are put to everybody. */
  readonly by: readonly [string] | readonly [string, string];
}

/** How many people there are for each answer to a background question of a table: what weights and R-indicator rest on. */
export interface Populations {
  readonly audience: string;
  readonly item: string;
  /** One for each option, in the order of the questionnaire. */
  readonly people: readonly number[];
}

/**
 * How p-values are adjusted for the number of comparisons: gaps of mirrored pairs and changes between waves are one family each;
 * comparisons of groups are exploratory.
 */
export interface Families {
  readonly gaps: "holm";
  readonly waves: "holm";
  readonly groups: "benjamini-hochberg";
}

export const FAMILIES: Families = { gaps: "holm", waves: "holm", groups: "benjamini-hochberg" };

/** At most so many background questions of one audience, and so many combinations of their answers: the audit takes all at once. */
const MOST_QUESTIONS = 3;
const MOST_COMBINATIONS = 256;

const isId = (value: unknown): boolean => typeof value === "string" && /^[A-Za-z0-9-]{1,64}$/.test(value);
const isObject = (value: unknown, fields: readonly string[]): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" &&
  value !== null &&
  Object.keys(value).length === fields.length &&
  fields.every((field) => Object.hasOwn(value, field));

/** Whether a value is a list of tables, each once. */
export function areTables(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > 8) return false;
  const isTable = (table: unknown): boolean =>
    isObject(table, ["audience", "by"]) &&
    isId(table.audience) &&
    Array.isArray(table.by) &&
    (table.by.length === 1 || (table.by.length === 2 && table.by[0] !== table.by[1])) &&
    table.by.every(isId);
  return value.every(isTable) && new Set(value.map(({ audience, by }) => JSON.stringify([audience, [...by].sort()]))).size === value.length;
}

/** Whether a value is a list of populations, each question once. */
export function arePopulations(value: unknown): boolean {
  const isOne = (each: unknown): boolean =>
    isObject(each, ["audience", "item", "people"]) &&
    isId(each.audience) &&
    isId(each.item) &&
    Array.isArray(each.people) &&
    each.people.length <= 64 &&
    each.people.every((people) => Number.isSafeInteger(people) && people > 0);
  if (!Array.isArray(value) || value.length > 8 || !value.every(isOne)) return false;
  return new Set(value.map(({ audience, item }) => JSON.stringify([audience, item]))).size === value.length;
}

/** What is wrong with tables and populations for the questionnaires that they are about. */
export function tableProblems(
  tables: readonly GroupTable[],
  populations: readonly Populations[],
  audiences: readonly { readonly id: string; readonly questionnaire: Questionnaire }[],
): Problem[] {
  const problems: Problem[] = [];
  const optionsOf = (audience: string, item: string, path: string): number => {
    const questionnaire = audiences.find(({ id }) => id === audience)?.questionnaire;
    const found = questionnaire === undefined ? undefined : everybodys(questionnaire).find(({ id }) => id === item);
    if (found === undefined) problems.push({ path, message: "expected an item of kind single that is put to everybody of the audience" });
    return found?.options.length ?? 0;
  };
  for (const [i, { audience, by }] of tables.entries())
    for (const [j, item] of by.entries()) optionsOf(audience, item, `/tables/${i}/by/${j}`);
  for (const [i, { audience, item, people }] of populations.entries()) {
    if (!tables.some((table) => table.audience === audience && table.by.some((id) => id === item)))
      problems.push({ path: `/populations/${i}`, message: "expected a background question of a table" });
    else if (people.length !== optionsOf(audience, item, `/populations/${i}`))
      problems.push({ path: `/populations/${i}/people`, message: "expected a number for each option" });
  }
  for (const { id, questionnaire } of audiences) {
    const questions = backgroundOf(tables, id);
    const options = questions.map((item) => everybodys(questionnaire).find((each) => each.id === item)?.options.length ?? 0);
    if (questions.length > MOST_QUESTIONS || options.reduce((all, count) => all * (count + 1), 1) > MOST_COMBINATIONS)
      problems.push({
        path: "/tables",
        message: `at most ${MOST_QUESTIONS} background questions with ${MOST_COMBINATIONS} combinations for each audience`,
      });
  }
  return problems;
}

/** The background questions of an audience's tables, each once. */
export function backgroundOf(tables: readonly GroupTable[], audience: string): string[] {
  return [...new Set(tables.filter((table) => table.audience === audience).flatMap(({ by }) => by))];
}

/** Items of kind single without a condition, their section's included. */
function everybodys(questionnaire: Questionnaire): SingleItem[] {
  const conditional = new Set(
    questionnaire.sections.filter(({ showIf }) => showIf !== null).flatMap(({ items }) => items.map(({ id }) => id)),
  );
  return itemsOf(questionnaire).filter(
    (item: Item): item is SingleItem => item.kind === "single" && item.showIf === null && !conditional.has(item.id),
  );
}
