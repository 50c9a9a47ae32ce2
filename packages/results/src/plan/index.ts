export {
  type AnalysisPlan,
  analysisPlanHash,
  checkAnalysisPlan,
  consultationAnalysisPlan,
  decodeAnalysisPlan,
  defaultAnalysisPlan,
  encodeAnalysisPlan,
  groupedAnalysisPlan,
  SMALLEST_GROUP,
} from "./analysis-plan.ts";
export { backgroundOf, type Families, type GroupTable, type Populations, tableProblems } from "./tables.ts";
