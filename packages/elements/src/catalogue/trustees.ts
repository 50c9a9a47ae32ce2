import { trustee as arabic } from "./ar/trustee.ts";
import { DESK_CATALOGUES } from "./desks.ts";
import { trustee as english } from "./en/trustee.ts";
import { trustee as french } from "./fr/trustee.ts";
import type { Language, TrusteeCatalogue } from "./model.ts";
import { SURVEY_CATALOGUES } from "./surveys.ts";

/** The catalogues with the words of trustees, and what respondents are told. No respondent loads them. */
export const TRUSTEE_CATALOGUES: Readonly<Record<Language, TrusteeCatalogue>> = {
  ar: { ...DESK_CATALOGUES.ar, survey: SURVEY_CATALOGUES.ar.survey, trustee: arabic },
  fr: { ...DESK_CATALOGUES.fr, survey: SURVEY_CATALOGUES.fr.survey, trustee: french },
  en: { ...DESK_CATALOGUES.en, survey: SURVEY_CATALOGUES.en.survey, trustee: english },
};
