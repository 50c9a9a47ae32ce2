export {
  type AnalysisPlan,
  analysisPlanHash,
  checkAnalysisPlan,
  consultationAnalysisPlan,
  decodeAnalysisPlan,
  defaultAnalysisPlan,
  encodeAnalysisPlan,
  SMALLEST_GROUP,
} from "./analysis-plan.ts";
