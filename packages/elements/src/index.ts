export {
  CATALOGUES,
  type Catalogue,
  LANGUAGES,
  type Language,
  languageOf,
  type ReportCatalogue,
  type SeparationKey,
  type SurveyCatalogue,
  sentenceFor,
  separationKey,
  separationSentence,
} from "./catalogue/index.ts";
export { MARK_TEXTS } from "./catalogue/report-marks.ts";
export { REPORT_CATALOGUES } from "./catalogue/reports.ts";
export { SURVEY_CATALOGUES } from "./catalogue/surveys.ts";
export { defineElements } from "./define.ts";
export { type Risk, risksIn } from "./hints/index.ts";
export type { ReportChannel, ReportClient, ReportMarks } from "./report/client.ts";
export { AmanaReport } from "./report/report-element.ts";
export type { SurveyClient, SurveyCredential, SurveyReceipt, SurveyRound } from "./survey/client.ts";
export { AmanaSurvey } from "./survey/survey-element.ts";
