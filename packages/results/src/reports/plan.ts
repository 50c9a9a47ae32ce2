import { PROTOCOL } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { SMALLEST_GROUP } from "../plan/index.ts";
import { REPORT_FIELDS, type ReportFieldName } from "./fields.ts";

/** Which tables are made of a channel's reports, and from how many reports on a number is given. */
export interface ReportsPlan {
  readonly protocol: typeof PROTOCOL;
  readonly type: "reports-plan";
  /** 10 unless said, at least {@link SMALLEST_GROUP}. */
  readonly minimumGroup: number;
  /** One field a table: nothing finer. */
  readonly tables: readonly ReportFieldName[];
}

/** Where, when and at which step: together they name a desk on a day. Under these names and those that other forms give them. */
const PLACE = ["region", "office", "office-group"];
const TIME = ["period", "month", "date"];
const STEP = ["step"];

/** The plan of a channel that says nothing else: every field, each alone. */
export function defaultReportsPlan(minimumGroup = 10): ReportsPlan {
  const tables = Object.keys(REPORT_FIELDS) as ReportFieldName[];
  return checkReportsPlan({ protocol: PROTOCOL, type: "reports-plan", minimumGroup, tables });
}

/**
 * Checks a plan that someone wrote, and names every mistake at once. Tables of several fields are refused, above all office × month × step:
 * no rule of hiding protects people in cells as small as these.
 * @throws ERR_ANALYSIS_PLAN_INVALID with the path of each
 */
export function checkReportsPlan(value: unknown): ReportsPlan {
  const problems = [...check(value)];
  if (problems.length > 0) throw new AmanaError("ERR_ANALYSIS_PLAN_INVALID", { problems });
  return value as ReportsPlan;
}

function* check(value: unknown): Generator<Problem> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    yield { path: "/", message: "expected an object" };
    return;
  }
  const { protocol, type, minimumGroup, tables, ...more } = value as Record<string, unknown>;
  if (protocol !== PROTOCOL) yield { path: "/protocol", message: `expected "${PROTOCOL}"` };
  if (type !== "reports-plan") yield { path: "/type", message: 'expected "reports-plan"' };
  if (!Number.isSafeInteger(minimumGroup) || (minimumGroup as number) < SMALLEST_GROUP)
    yield { path: "/minimumGroup", message: `expected a whole number, at least ${SMALLEST_GROUP}` };
  if (Object.keys(more).length > 0) yield { path: "/", message: `has ${Object.keys(more).length} unknown fields` };
  if (!Array.isArray(tables) || tables.length === 0) {
    yield { path: "/tables", message: "expected a list of fields" };
    return;
  }
  for (const [at, table] of tables.entries()) {
    const path = `/tables/${at}`;
    const fields: unknown[] = Array.isArray(table) ? table : typeof table === "string" ? table.split(/[^a-z-]+/).filter(Boolean) : [];
    const has = (names: readonly string[]): boolean => fields.some((field) => names.includes(field as string));
    if (has(PLACE) && has(TIME) && has(STEP)) yield { path, message: "place, time and step are never shown together" };
    else if (fields.length > 1) yield { path, message: "expected one field: tables of several are not published" };
    else if (typeof table !== "string" || !Object.hasOwn(REPORT_FIELDS, table))
      yield { path, message: "expected a structured field of reports; free text is never published" };
    else if (tables.indexOf(table) < at) yield { path, message: "is there twice" };
  }
}
