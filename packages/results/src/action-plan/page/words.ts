import type { LocalizedText } from "@amana/core/bytes";
import { Html, html, type Value } from "../../charts/index.ts";
import { CATALOGUES, type ResultsLocale } from "../../page/index.ts";
import { PLAN_CATALOGUES, type PlanCatalogue, type PlanMessages } from "./catalogue/index.ts";

/** The words of one language for a plan's page. */
export class PlanWords {
  readonly locale: ResultsLocale;
  readonly catalogue: PlanCatalogue;

  constructor(locale: ResultsLocale) {
    this.locale = locale;
    this.catalogue = PLAN_CATALOGUES[locale];
  }

  /** A message with its places filled; values are isolated, so that a name in another script does not turn the sentence round. */
  say(key: keyof PlanMessages, values: Readonly<Record<string, Value>> = {}): Html {
    return this.fill(this.catalogue.messages[key], values);
  }

  /** The same as plain text. */
  plain(key: keyof PlanMessages): string {
    return this.catalogue.messages[key];
  }

  /** Any sentence of the catalogue. */
  fill(sentence: string, values: Readonly<Record<string, Value>>): Html {
    const parts = sentence.split(/\{(\w+)\}/);
    const literals = ["", ...parts.map(() => "")];
    return Html.join(
      literals,
      parts.map((part, index): Value => (index % 2 === 0 ? part : html`<bdi>${values[part]}</bdi>`)),
    );
  }

  /** A share as this language writes it, or an index. */
  value(value: number, unit: "percent" | "index"): Html {
    return ltr(unit === "index" ? value : CATALOGUES[this.locale].messages.percent.replace("{value}", String(value)));
  }

  /** A text of the plan in this language, else in the first that it has. */
  pick(text: LocalizedText): string {
    return text[this.locale] ?? Object.values(text)[0] ?? "";
  }

  /** Markup for a text of the plan that says so when it is in another language. */
  localized(text: LocalizedText): Html {
    const own = text[this.locale];
    if (own !== undefined) return html`${own}`;
    const [language, other] = Object.entries(text)[0] ?? ["", ""];
    return html`<span lang="${language}" dir="auto">${other}</span>`;
  }
}

/** What is written from left to right in every language: days, numbers, addresses. */
export function ltr(value: Value): Html {
  return html`<bdi dir="ltr">${value}</bdi>`;
}
