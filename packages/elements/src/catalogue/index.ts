import { ar } from "./ar/index.ts";
import { en } from "./en/index.ts";
import { fr } from "./fr/index.ts";
import type { Catalogue, Language } from "./model.ts";

/** The catalogues by language. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { ar, fr, en };

/** In the order they are offered. */
export const LANGUAGES: readonly Language[] = ["ar", "fr", "en"];

/** The language meant by a BCP 47 tag (`fr-TN` is French), or null where there is no catalogue for it. */
export function languageOf(tag: string | null | undefined): Language | null {
  const primary = (tag ?? "").toLowerCase().split("-")[0];
  return LANGUAGES.find((language) => language === primary) ?? null;
}

export { mayRetry, sentenceFor } from "./errors.ts";
export type { Catalogue, Language, Plural } from "./model.ts";
export { fill, list, localized, moment, number, plural } from "./text.ts";
