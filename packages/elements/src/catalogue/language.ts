import type { Language } from "./model.ts";

/** In the order they are offered. */
export const LANGUAGES: readonly Language[] = ["ar", "fr", "en"];

/** The language meant by a BCP 47 tag (`fr-TN` is French), or null where there is no catalogue for it. */
export function languageOf(tag: string | null | undefined): Language | null {
  const primary = (tag ?? "").toLowerCase().split("-")[0];
  return LANGUAGES.find((language) => language === primary) ?? null;
}
