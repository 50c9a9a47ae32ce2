export {
  CATALOGUES,
  type Catalogue,
  LANGUAGES,
  type Language,
  languageOf,
  type SeparationKey,
  sentenceFor,
  separationKey,
  separationSentence,
} from "./catalogue/index.ts";
export { defineElements } from "./define.ts";
export { type Risk, risksIn } from "./hints/index.ts";
export type { ReportChannel, ReportClient } from "./report/client.ts";
export { AmanaReport } from "./report/report-element.ts";
export type { SurveyClient, SurveyCredential, SurveyReceipt, SurveyRound } from "./survey/client.ts";
export { AmanaSurvey } from "./survey/survey-element.ts";
