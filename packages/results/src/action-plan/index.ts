export {
  ANNOUNCEMENT_LIMIT,
  type Announcement,
  type AnnouncementFile,
  decodeAnnouncement,
  encodeAnnouncement,
  makeAnnouncement,
} from "./announcement.ts";
export { figureAt, findCell, type NoFigure, type ReleasedResults, type Releases, roundsOfPlan } from "./cells.ts";
export { type Change, changeBetween } from "./change.ts";
export { type CompileInput, compilePlan } from "./compile.ts";
export { dayOf, isDay } from "./day.ts";
export { type Detectable, detectableChange } from "./detectable.ts";
export { planGaps } from "./gaps.ts";
export { historyProblems, type PlanChange, planChanges } from "./history.ts";
export type {
  ActionPlan,
  Cell,
  CellName,
  Day,
  Evidence,
  Figure,
  Finding,
  Indicator,
  Measure,
  Party,
  PlanBody,
  PlanFile,
  PlanSide,
  Position,
  PositionName,
  Statement,
  Update,
} from "./model.ts";
export { type PlanPagesInput, planFile, planFileNames } from "./page/index.ts";
export { actionPlanHash, checkPlanFile, decodeActionPlan, encodeActionPlan, PLAN_LIMIT } from "./schema.ts";
export { type MeasureStatus, measureStatus, QUIET_AFTER, updatesOf } from "./status.ts";
export { planFaults } from "./verify.ts";
