import type { LocalizedText } from "@amana/core/bytes";
import { cell as csvCell } from "../../csv/csv.ts";
import type { ActionPlan, Cell, Day } from "../model.ts";
import { measureStatus, updatesOf } from "../status.ts";

type Line = Readonly<Record<string, string | number>>;

const FIELDS = [
  "plan",
  "revision",
  "table",
  "id",
  "of",
  "status",
  "owner",
  "partner",
  "start",
  "due",
  "effort",
  "round",
  "release",
  "pointer",
  "value",
  "low",
  "high",
  "n",
  "target",
  "evidence",
] as const;

/**
 * A plan as tidy CSV (RFC 4180, UTF-8): a line for each finding's figure, statement, measure and update, with its text in every language. Every
 * figure stands beside the hash of the signed release and its place in it. For people's spreadsheets, so no cell can start a formula.
 */
export function planCsv(plan: ActionPlan, today: Day): string {
  const header = [...FIELDS, ...plan.locales.map((locale) => `text_${locale}`)];
  const lines = [...findingLines(plan), ...statementLines(plan), ...measureLines(plan, today), ...updateLines(plan)].map(
    (line): Line => ({ plan: plan.plan, revision: plan.revision, ...line }),
  );
  return [header.join(","), ...lines.map((line) => header.map((field) => csvCell(line[field] ?? "")).join(","))]
    .map((line) => `${line}\r\n`)
    .join("");
}

function texts(text: LocalizedText): Line {
  return Object.fromEntries(Object.entries(text).map(([locale, words]) => [`text_${locale}`, words]));
}

function figures({ round, release, pointer, figure }: Cell): Line {
  return { round, release, pointer, ...figure };
}

function findingLines({ findings }: ActionPlan): Line[] {
  return findings.flatMap(({ id, text, figures: own }) => [
    { table: "finding", id, ...texts(text) },
    ...own.map((each): Line => ({ table: "figure", of: id, ...figures(each.cell), ...texts(each.text) })),
  ]);
}

function statementLines({ statements, measures }: ActionPlan): Line[] {
  return statements.map(({ id, text, consultation, refusal }) => ({
    table: "statement",
    id,
    of: measures.flatMap((measure) => (measure.statements.includes(id) ? [measure.id] : [])).join(" "),
    status: refusal === null ? (consultation?.class ?? "") : `refused by ${refusal.by}`,
    ...(consultation === null ? {} : { round: consultation.round, release: consultation.release, pointer: consultation.cells.join(" ") }),
    ...texts(text),
  }));
}

function measureLines(plan: ActionPlan, today: Day): Line[] {
  return plan.measures.map((measure) => ({
    table: "measure",
    id: measure.id,
    of: measure.finding,
    status: measureStatus(plan, measure, today),
    owner: measure.owner.side,
    partner: measure.partner?.side ?? "",
    start: measure.start,
    due: measure.due,
    effort: measure.effort,
    ...figures(measure.indicator.cell),
    target: measure.indicator.target,
    ...texts(measure.text),
  }));
}

function updateLines(plan: ActionPlan): Line[] {
  return plan.measures.flatMap(({ id: of }) =>
    updatesOf(plan, of).map(({ id, event, date, measured, evidence, text }) => ({
      table: "update",
      id,
      of,
      status: event,
      start: date,
      ...(measured === null ? {} : figures(measured)),
      evidence: evidence.map(({ address }) => address).join(" "),
      ...texts(text),
    })),
  );
}
