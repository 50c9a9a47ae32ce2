export {
  type AnalysisPlan,
  analysisPlanHash,
  checkAnalysisPlan,
  decodeAnalysisPlan,
  defaultAnalysisPlan,
  encodeAnalysisPlan,
  SMALLEST_GROUP,
} from "./analysis-plan.ts";
