export { nextRound } from "./next-round.ts";
export { consultationOutcome, type StatementOutcome, statementIds } from "./outcome.ts";
export { type JointPriority, jointPriorities } from "./priorities.ts";
export { POSITIONS, type StatementClass, type Weighed, weighStatement } from "./published.ts";
export { redactionProblems } from "./redact.ts";
export { type ConsultationRules, DEFAULT_RULES, RULE_LIMITS } from "./rules.ts";
export {
  type ConsultationStatement,
  checkStatements,
  consultationQuestionnaire,
  type StatementSource,
  type StatementsFile,
} from "./statements.ts";
