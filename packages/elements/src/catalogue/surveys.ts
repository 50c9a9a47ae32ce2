import { CATALOGUES } from "./all.ts";
import { survey as arabic } from "./ar/survey.ts";
import { survey as english } from "./en/survey.ts";
import { survey as french } from "./fr/survey.ts";
import type { Language, SurveyCatalogue } from "./model.ts";

/** The catalogues with the words of surveys and consultations. */
export const SURVEY_CATALOGUES: Readonly<Record<Language, SurveyCatalogue>> = {
  ar: { ...CATALOGUES.ar, survey: arabic },
  fr: { ...CATALOGUES.fr, survey: french },
  en: { ...CATALOGUES.en, survey: english },
};
