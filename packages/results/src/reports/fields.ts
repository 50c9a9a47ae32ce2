/** A structured field that can be counted. */
export type ReportFieldName = "role" | "type" | "step" | "region" | "period" | "band" | "outcome" | "frequency" | "source";

/**
 * The structured fields of a report and their options: closed lists, the same that the form shows. Whatever else a report has in a field was
 * not chosen from them, may name somebody, and is never published. Free text is no field.
 */
export const REPORT_FIELDS: Readonly<Record<ReportFieldName, readonly string[]>> = {
  role: ["official", "trader", "broker", "carrier", "traveller", "other"],
  type: [
    "bribe-asked",
    "bribe-offered",
    "payment-made",
    "undue-delay",
    "favouritism",
    "exemption-abuse",
    "falsification",
    "leak",
    "retaliation",
    "conflict-of-interest",
    "other",
  ],
  step: [
    "declaration",
    "valuation",
    "classification",
    "origin",
    "inspection",
    "release",
    "transit",
    "warehouse",
    "exemption",
    "refund",
    "audit",
    "licence",
    "urgent",
    "travellers",
    "other",
  ],
  region: ["seaport", "airport", "land-border", "inland", "headquarters", "online"],
  period: ["month", "quarter", "year", "earlier", "ongoing"],
  band: ["none", "small", "medium", "large", "unknown"],
  outcome: ["paid", "refused-served", "refused-delayed", "pending"],
  frequency: ["once", "repeated", "organised"],
  source: ["experienced", "witnessed", "told", "documents"],
};

/**
 * What a reporter may have agreed to. Each includes those before it: use for statistics, questions through the mailbox, an investigation.
 * Without one of these a report is in no table.
 */
export const CONSENTS: readonly string[] = ["statistics", "mailbox", "investigate"];
