export { audienceColour, type Dot, divergingBar, dotPlot, escapeHtml, Html, html, PALETTE, type Sides, shareBar } from "./charts/index.ts";
export { type CsvOptions, resultsCsv } from "./csv/index.ts";
export {
  type AudienceResults,
  type Base,
  type Bound,
  type Counted,
  type Exact,
  encodeResults,
  type FactorResult,
  type Gap,
  type GapSide,
  type ItemResult,
  isExact,
  isSuppressed,
  type LikertFigures,
  type LikertResult,
  leavesOutSmall,
  type OptionFigures,
  type OptionsResult,
  PRIORITIES_ITEM,
  type Reason,
  type Results,
  type Share,
  type Shown,
  type Suppressed,
  TRUST_ITEM,
} from "./document/index.ts";
export {
  type Brand,
  type BrandColours,
  CATALOGUES,
  type Catalogue,
  type ResultsLocale,
  type ResultsPageOptions,
  resultsPage,
  resultsStylesheet,
} from "./page/index.ts";
export {
  type AnalysisPlan,
  analysisPlanHash,
  checkAnalysisPlan,
  decodeAnalysisPlan,
  defaultAnalysisPlan,
  encodeAnalysisPlan,
  SMALLEST_GROUP,
} from "./plan/index.ts";
export { type ReleaseFile, type ReleaseInput, releaseFiles } from "./release-files.ts";
export {
  type AggregateInput,
  aggregateReports,
  type Band,
  CONSENTS,
  checkReportsPlan,
  defaultReportsPlan,
  encodeReportsAggregate,
  type Protected,
  REPORT_FIELDS,
  type ReportFieldName,
  type ReportsAggregate,
  type ReportsPlan,
  type ReportsTable,
  UNANSWERED,
} from "./reports/index.ts";
export { type Interval, newcombe, wilson, Z95 } from "./statistics/index.ts";
export { type AudienceInput, gapInterval, type TabulateInput, tabulate } from "./tabulate/index.ts";
