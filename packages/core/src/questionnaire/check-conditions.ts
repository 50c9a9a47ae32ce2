import { possibleAnswers } from "./items.ts";
import type { Condition, Item, Questionnaire } from "./model.ts";
import type { Wrong } from "./wrong.ts";

/** Conditions refer to earlier items and to answers these can have: what is shown never hangs on what comes later. */
export function checkConditions(questionnaire: Questionnaire, wrong: Wrong): void {
  const earlier = new Map<string, Item>();
  const check = (condition: Condition | null, path: string): void => {
    if (condition === null) return;
    for (const [inner, at] of innerOf(condition)) check(inner, `${path}${at}`);
    if (!("item" in condition)) return;
    const item = earlier.get(condition.item);
    if (item === undefined) wrong(`${path}/item`, "no such item before this one");
    const possible = item === undefined ? condition.in : possibleAnswers(questionnaire, item);
    condition.in.forEach((value, index) => {
      if (!possible.includes(value)) wrong(`${path}/in/${index}`, "not an answer that the item can have");
      if (condition.in.indexOf(value) !== index) wrong(`${path}/in/${index}`, "used twice");
    });
  };
  questionnaire.sections.forEach((section, index) => {
    check(section.showIf, `/sections/${index}/showIf`);
    section.items.forEach((item, place) => {
      check(item.showIf, `/sections/${index}/items/${place}/showIf`);
      earlier.set(item.id, item);
    });
  });
}

/** The conditions inside a condition, with their place in it. */
function innerOf(condition: Condition): [Condition, string][] {
  if ("all" in condition) return condition.all.map((inner, index) => [inner, `/all/${index}`]);
  if ("any" in condition) return condition.any.map((inner, index) => [inner, `/any/${index}`]);
  return "not" in condition ? [[condition.not, "/not"]] : [];
}
