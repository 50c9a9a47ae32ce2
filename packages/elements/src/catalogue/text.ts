import type { LocalizedText } from "@amana/core/bytes";
import type { Catalogue, Plural } from "./model.ts";

/** Western digits in every language, as they are used in the Maghreb. */
const LOCALES = { ar: "ar-u-nu-latn", fr: "fr", en: "en-GB" } as const;

/** Puts values into the `{holes}` of a sentence. A hole without a value stays visible. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (hole, key: string) => String(values[key] ?? hole));
}

/** The sentence for a number, in the plural form that the language asks for. */
export function plural(catalogue: Catalogue, forms: Plural, count: number, values: Readonly<Record<string, string | number>> = {}): string {
  const form = forms[new Intl.PluralRules(catalogue.language).select(count)] ?? forms.other;
  return fill(form, { ...values, count: number(catalogue, count) });
}

export function number(catalogue: Catalogue, value: number): string {
  return new Intl.NumberFormat(LOCALES[catalogue.language]).format(value);
}

/** A date with its hour, from unix seconds, in the reader's own time zone. No line ends between an hour and its half of the day. */
export function moment(catalogue: Catalogue, seconds: number): string {
  const format = new Intl.DateTimeFormat(LOCALES[catalogue.language], { dateStyle: "long", timeStyle: "short" });
  return format.format(new Date(seconds * 1000)).replace(/\s(?=\D$)/, "\u00a0");
}

/** A date without an hour, from days since 1 January 1970, UTC. */
export function date(catalogue: Catalogue, day: number): string {
  return new Intl.DateTimeFormat(LOCALES[catalogue.language], { dateStyle: "long", timeZone: "UTC" }).format(new Date(day * 86_400_000));
}

/** "a, b and c" as the language joins it. */
export function list(catalogue: Catalogue, items: readonly string[]): string {
  return new Intl.ListFormat(LOCALES[catalogue.language], { type: "conjunction" }).format(items);
}

/** The text in the reader's language, or in the first language there is. */
export function localized(catalogue: Catalogue, text: LocalizedText | undefined): string {
  return text?.[catalogue.language] ?? text?.fr ?? text?.en ?? Object.values(text ?? {})[0] ?? "";
}

/** A size that people understand: "2.1 MB". Never smaller than it is. */
export function size(catalogue: Catalogue, bytes: number): string {
  const [unit, each] = bytes >= 1e6 ? ["megabyte", 1e5] : ["kilobyte", 1e3];
  const unitDisplay = catalogue.language === "ar" ? "long" : "short";
  const format = new Intl.NumberFormat(LOCALES[catalogue.language], { style: "unit", unit, unitDisplay, maximumFractionDigits: 1 });
  return format.format(Math.ceil(bytes / each) * (unit === "megabyte" ? 0.1 : 1));
}
