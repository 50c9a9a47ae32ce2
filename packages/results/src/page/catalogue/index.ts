import { ar } from "./ar.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import type { Catalogue } from "./messages.ts";

/** The languages of the results page. */
export type ResultsLocale = "ar" | "en" | "fr";

export const CATALOGUES: Readonly<Record<ResultsLocale, Catalogue>> = { ar, en, fr };

export type { Catalogue, Messages } from "./messages.ts";
