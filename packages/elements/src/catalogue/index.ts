export { CATALOGUES } from "./all.ts";
export { mayRetry, sentenceFor } from "./errors.ts";
export { LANGUAGES, languageOf } from "./language.ts";
export type {
  Catalogue,
  DeskCatalogue,
  HandlerCatalogue,
  Language,
  Plural,
  ReportCatalogue,
  SurveyCatalogue,
  TrusteeCatalogue,
} from "./model.ts";
export { type SeparationKey, separationKey, separationSentence } from "./separation.ts";
export { date, fill, list, localized, moment, number, plural, size } from "./text.ts";
