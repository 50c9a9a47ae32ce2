import { handler as arabic } from "./ar/handler.ts";
import { DESK_CATALOGUES } from "./desks.ts";
import { handler as english } from "./en/handler.ts";
import { handler as french } from "./fr/handler.ts";
import type { HandlerCatalogue, Language } from "./model.ts";
import { REPORT_CATALOGUES } from "./reports.ts";

/** The catalogues with the words of those who handle reports, and of what reporters chose. No respondent loads them. */
export const HANDLER_CATALOGUES: Readonly<Record<Language, HandlerCatalogue>> = {
  ar: { ...DESK_CATALOGUES.ar, options: REPORT_CATALOGUES.ar.options, handler: arabic },
  fr: { ...DESK_CATALOGUES.fr, options: REPORT_CATALOGUES.fr.options, handler: french },
  en: { ...DESK_CATALOGUES.en, options: REPORT_CATALOGUES.en.options, handler: english },
};
