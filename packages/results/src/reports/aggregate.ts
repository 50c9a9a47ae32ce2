import { encodeJson, PROTOCOL } from "@amana/core/bytes";
import { type Band, bandOf, protectTable } from "./bands.ts";
import { CONSENTS, REPORT_FIELDS, type ReportFieldName } from "./fields.ts";
import { checkReportsPlan, type ReportsPlan } from "./plan.ts";

/** In the place of a number that is not given. It does not say whether the cell itself is small, or would give away another. */
export interface Protected {
  readonly suppressed: "protected";
}

/** What is published of a channel's reports: bands of numbers, each field alone, nothing about any one report. */
export interface ReportsAggregate {
  readonly protocol: typeof PROTOCOL;
  readonly type: "reports-aggregate";
  /** Name of the channel. */
  readonly round: string;
  readonly plan: ReportsPlan;
  /** All reports that are in the tables. */
  readonly reports: Band | Protected;
  /** In the order of the plan; options in the order of the form, and last those who chose none. */
  readonly tables: readonly ReportsTable[];
}

export interface ReportsTable {
  readonly field: ReportFieldName;
  readonly cells: readonly ({ readonly option: string } & (Band | Protected))[];
}

/** Those who left a field open, or wrote into it what the form does not offer. */
export const UNANSWERED = "unanswered";

export interface AggregateInput {
  readonly round: string;
  readonly plan: ReportsPlan;
  /** The structured fields of each report, as its writer chose them. Attacker-controlled. */
  readonly reports: readonly Readonly<Record<string, string>>[];
}

/**
 * Counts the reports whose writers agreed to it, field by field, under disclosure control. A pure function: every handler gets the same bytes
 * from the same reports, in any order. @throws ERR_ANALYSIS_PLAN_INVALID
 */
export function aggregateReports({ round, plan, reports }: AggregateInput): ReportsAggregate {
  const { minimumGroup } = checkReportsPlan(plan);
  const counted = reports.filter((fields) => CONSENTS.includes(chosenIn(fields, "consent") ?? ""));
  return {
    protocol: PROTOCOL,
    type: "reports-aggregate",
    round,
    plan,
    reports: shown(counted.length < minimumGroup ? null : bandOf(counted.length, minimumGroup)),
    tables: plan.tables.map((field) => {
      const options = [...REPORT_FIELDS[field], UNANSWERED];
      const chosen = counted.map((fields) => {
        const value = chosenIn(fields, field);
        return REPORT_FIELDS[field].includes(value ?? "") ? value : UNANSWERED;
      });
      const bands = protectTable(
        options.map((option) => chosen.filter((each) => each === option).length),
        minimumGroup,
      );
      return { field, cells: options.map((option, at) => ({ option, ...shown(bands[at] ?? null) })) };
    }),
  };
}

/** Canonical bytes (RFC 8785). */
export function encodeReportsAggregate(aggregate: ReportsAggregate): Uint8Array {
  return encodeJson(aggregate);
}

function shown(band: Band | null): Band | Protected {
  return band ?? { suppressed: "protected" };
}

function chosenIn(fields: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
