export {
  type AggregateInput,
  aggregateReports,
  encodeReportsAggregate,
  type Protected,
  type ReportsAggregate,
  type ReportsTable,
  UNANSWERED,
} from "./aggregate.ts";
export { type Band, bandOf, protectTable } from "./bands.ts";
export { CONSENTS, REPORT_FIELDS, type ReportFieldName } from "./fields.ts";
export { checkReportsPlan, defaultReportsPlan, type ReportsPlan } from "./plan.ts";
