import { ar } from "./ar/index.ts";
import { en } from "./en/index.ts";
import { fr } from "./fr/index.ts";
import type { Catalogue, Language } from "./model.ts";

/** The catalogues by language. */
export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { ar, fr, en };
