import type { LocalizedText } from "@amana/core/bytes";
import { Html, html, type Value } from "../charts/index.ts";
import { isExact, isSuppressed, type Reason, type Share, type Shown } from "../document/index.ts";
import type { Interval } from "../statistics/index.ts";
import { CATALOGUES, type Catalogue, type Messages, type ResultsLocale } from "./catalogue/index.ts";

/** The texts of one language, ready to be filled and put into a page. */
export class Texts {
  readonly catalogue: Catalogue;
  readonly locale: ResultsLocale;

  constructor(locale: ResultsLocale) {
    this.locale = locale;
    this.catalogue = CATALOGUES[locale];
  }

  get rtl(): boolean {
    return this.catalogue.direction === "rtl";
  }

  /** A message with its places filled. Values are isolated, so that a name in another script does not turn the sentence round. */
  say(key: keyof Messages, values: Readonly<Record<string, string | number>> = {}): Html {
    const parts = this.catalogue.messages[key].split(/\{(\w+)\}/);
    return Html.join(
      ["", ...parts.map(() => "")],
      parts.map((part, i): Value => (i % 2 === 0 ? part : isolate(values[part as string]))),
    );
  }

  /** The same as plain text, for attributes and the titles of charts. */
  plain(key: keyof Messages, values: Readonly<Record<string, string | number>> = {}): string {
    return this.catalogue.messages[key].replace(/\{(\w+)\}/g, (_, place: string) => String(values[place] ?? ""));
  }

  /** A localized text of the questionnaire: in this language, else in the first that it has. */
  pick(text: LocalizedText): string {
    return text[this.locale] ?? Object.values(text)[0] ?? "";
  }

  /** Markup for a localized text that says so when it is in another language. */
  localized(text: LocalizedText): Html {
    const own = text[this.locale];
    if (own !== undefined) return html`${own}`;
    const [language, other] = Object.entries(text)[0] ?? ["", ""];
    return html`<span lang="${language}" dir="auto">${other}</span>`;
  }

  /** A rounded number of people: 0 stands for none, one or two. */
  people(count: number): string {
    return count === 0 ? "0–2" : String(count);
  }

  /** Why a figure is hidden, in words. */
  reason(reason: Reason, minimum: number): string {
    return this.plain(REASONS[reason], { minimum });
  }

  /** A share in words, for the title of a chart. */
  shareText(share: Shown<Share>): string {
    if (isSuppressed(share)) return this.plain("hidden");
    if (isExact(share)) return this.plain("percent", { value: share.value });
    return "atMost" in share ? this.plain("atMost", { value: share.atMost }) : this.plain("atLeast", { value: share.atLeast });
  }
}

const REASONS = {
  "below-minimum": "belowMinimum",
  "small-cell": "smallCell",
  unanimous: "unanimous",
  complement: "complement",
} as const satisfies Record<Reason, keyof Messages>;

/** Limits as a range that keeps its order in a right-to-left text. A negative limit has a true minus sign. */
export function range({ low, high }: Interval): Html {
  const sign = (value: number): string => String(value).replace("-", "−");
  return html`<bdi dir="ltr" class="range">${low < 0 || high < 0 ? `${sign(low)} … ${sign(high)}` : `${low}–${high}`}</bdi>`;
}

/** A value inside a sentence: numbers keep their order (`0–2`), names bring their own direction. */
function isolate(value: string | number | undefined): Html {
  return /^[\d–]+$/.test(String(value)) ? html`<bdi dir="ltr">${value}</bdi>` : html`<bdi>${value}</bdi>`;
}
