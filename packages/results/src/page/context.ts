import type { LocalizedText } from "@amana/core/bytes";
import type { Item, Questionnaire } from "@amana/core/questionnaire";
import { audienceMark, type Html, html } from "../charts/index.ts";
import type { AudienceResults, ItemResult, Results } from "../document/index.ts";
import type { ResultsPageOptions } from "./options.ts";
import { Texts } from "./texts.ts";

/** One audience as the page needs it: figures, texts, and its place, which decides colour and mark. */
export interface Side {
  readonly place: number;
  readonly audience: AudienceResults;
  readonly questionnaire: Questionnaire;
  readonly items: ReadonlyMap<string, Item>;
  readonly results: ReadonlyMap<string, ItemResult>;
}

/** What every part of the page is made from. */
export interface Context {
  readonly texts: Texts;
  readonly results: Results;
  readonly options: ResultsPageOptions;
  readonly sides: readonly Side[];
}

/** Joins figures and texts. @throws TypeError if an audience has no questionnaire */
export function makeContext(results: Results, options: ResultsPageOptions): Context {
  const sides = results.audiences.map((audience, place): Side => {
    const questionnaire = options.questionnaires[audience.id];
    if (questionnaire === undefined) throw new TypeError("an audience has no questionnaire");
    const items = questionnaire.sections.flatMap((section) => section.items);
    return {
      place,
      audience,
      questionnaire,
      items: new Map(items.map((item) => [item.id, item])),
      results: new Map(audience.items.map((result) => [result.id, result])),
    };
  });
  return { texts: new Texts(options.locale), results, options, sides };
}

/** The name of an audience with its mark. */
export function audienceName({ texts }: Context, side: Side): Html {
  return html`<span class="audience">${audienceMark(side.place)} ${texts.localized(side.audience.title)}</span>`;
}

/** The mark of an audience, its name for screen readers alone: where a legend stands near. */
export function audienceShort({ texts }: Context, side: Side): Html {
  return html`${audienceMark(side.place)}<span class="unseen">${texts.localized(side.audience.title)}</span>`;
}

/** Which mark is whose. */
export function legend(context: Context): Html {
  return html`<p class="legend">${context.sides.map((side) => audienceName(context, side))}</p>`;
}

/** Every factor of the round once, in the order of the questionnaires. */
export function factorsOf({ sides }: Context): ReadonlyMap<string, LocalizedText> {
  const factors = new Map<string, LocalizedText>();
  for (const { questionnaire } of sides) {
    for (const { id, title } of questionnaire.factors) if (!factors.has(id)) factors.set(id, title);
  }
  return factors;
}
