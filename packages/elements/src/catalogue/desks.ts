import { CATALOGUES } from "./all.ts";
import { desk as arabic } from "./ar/desk.ts";
import { desk as english } from "./en/desk.ts";
import { desk as french } from "./fr/desk.ts";
import type { DeskCatalogue, Language } from "./model.ts";

/** The catalogues with the words that the pages of key holders share. No respondent loads them. */
export const DESK_CATALOGUES: Readonly<Record<Language, DeskCatalogue>> = {
  ar: { ...CATALOGUES.ar, desk: arabic },
  fr: { ...CATALOGUES.fr, desk: french },
  en: { ...CATALOGUES.en, desk: english },
};
