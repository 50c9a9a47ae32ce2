export { CATALOGUES } from "./all.ts";
export { mayRetry, sentenceFor } from "./errors.ts";
export { LANGUAGES, languageOf } from "./language.ts";
export type { Catalogue, Language, Plural, ReportCatalogue, SurveyCatalogue } from "./model.ts";
export { type SeparationKey, separationKey, separationSentence } from "./separation.ts";
export { fill, list, localized, moment, number, plural, size } from "./text.ts";
