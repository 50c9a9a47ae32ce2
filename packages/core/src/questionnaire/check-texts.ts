import type { LocalizedText } from "../bytes/index.ts";
import { utf8 } from "../bytes/index.ts";
import type { Questionnaire } from "./model.ts";
import type { Wrong } from "./wrong.ts";

/** Every text has every locale of the questionnaire and no other, is not blank, and can be encoded. */
export function checkTexts(questionnaire: Questionnaire, wrong: Wrong): void {
  checkText(questionnaire.review, "/review", questionnaire.locales, wrong);
  for (const [path, text] of textsOf(questionnaire)) if (text !== null) checkText(text, path, questionnaire.locales, wrong);
}

function checkText(text: LocalizedText, path: string, locales: readonly string[], wrong: Wrong): void {
  for (const locale of locales) if (!Object.hasOwn(text, locale)) wrong(`${path}/${locale}`, "missing");
  for (const [locale, words] of Object.entries(text)) {
    if (!locales.includes(locale)) wrong(`${path}/${locale}`, "not one of the locales");
    if (words.trim() === "") wrong(`${path}/${locale}`, "empty");
    if (!encodable(words)) wrong(`${path}/${locale}`, "not in Unicode's normal form NFC");
  }
}

function encodable(text: string): boolean {
  try {
    utf8(text);
    return true;
  } catch {
    return false;
  }
}

/** Every text of a questionnaire with its JSON Pointer. */
function* textsOf({ title, introduction, factors, scales, sections }: Questionnaire): Generator<[string, LocalizedText | null]> {
  yield ["/title", title];
  yield ["/introduction", introduction];
  for (const [index, factor] of factors.entries()) yield [`/factors/${index}/title`, factor.title];
  for (const [index, { labels }] of scales.entries())
    for (const [point, label] of labels.entries()) yield [`/scales/${index}/labels/${point}`, label];
  for (const [index, section] of sections.entries()) {
    yield [`/sections/${index}/title`, section.title];
    yield [`/sections/${index}/text`, section.text];
    for (const [place, item] of section.items.entries()) {
      const path = `/sections/${index}/items/${place}`;
      yield [`${path}/text`, item.text];
      yield [`${path}/help`, item.help];
      if ("options" in item) for (const [option, { text }] of item.options.entries()) yield [`${path}/options/${option}/text`, text];
    }
  }
}
