export { ACKNOWLEDGE_DAYS, type Answered, type Deadlines, dateOf, dayOf, deadlines, FEEDBACK_MONTHS, monthsLater } from "./deadlines.ts";
export { type CaseConflict, type CaseHistory, resolveCase } from "./history.ts";
export { CASE_STATES, type CaseChange, type CaseDocument, type CaseState, NOTE_LIMIT } from "./model.ts";
export { CASE_RECORD_SIZE, type CaseRecord, caseRecordLength, checkCaseRecord, openCaseRecord, sealCaseRecord } from "./record.ts";
