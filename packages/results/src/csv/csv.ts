import type { LocalizedText } from "@amana/core/bytes";
import { itemsOf, type Questionnaire } from "@amana/core/questionnaire";
import {
  type AudienceResults,
  type GroupResults,
  isExact,
  isSuppressed,
  leavesOutSmall,
  type Results,
  type Share,
  type Shown,
  type Suppressed,
} from "../document/index.ts";
import { gapInterval } from "../tabulate/index.ts";

/** What the table needs beside the figures: whose texts, in which language. */
export interface CsvOptions {
  readonly locale: string;
  /** By audience id. */
  readonly questionnaires: Readonly<Record<string, Questionnaire>>;
}

const HEADER = ["round", "audience", "table", "id", "measure", "text", "status", "value", "low", "high", "unit", "n", "reason"] as const;
type Field = (typeof HEADER)[number];
type Line = Partial<Record<Field, string | number>>;

/**
 * Every published figure as tidy CSV (RFC 4180, UTF-8): one line for one figure. `status` is `shown`, `at-most`, `at-least`
 * or `suppressed`; a suppressed figure has its line, with an empty value and its reason. A group of a table has its own `table`,
 * named by the options of its background questions (`group S1=north`; nothing after the sign: did not say). For people's
 * spreadsheets, so no cell can start a formula.
 */
export function resultsCsv(results: Results, { locale, questionnaires }: CsvOptions): string {
  const lines = results.audiences.flatMap((audience) => {
    const texts = textsOf(questionnaires[audience.id], locale);
    return audienceLines(audience, (id) => texts.get(id) ?? "").map((line): Line => ({ audience: audience.id, ...line }));
  });
  const all = [...lines, ...gapLines(results)].map((line): Line => ({ round: results.round, ...line }));
  return [HEADER.join(","), ...all.map((line) => HEADER.map((field) => cell(line[field] ?? "")).join(","))]
    .map((line) => `${line}\r\n`)
    .join("");
}

/**
 * One cell. A text that a spreadsheet would take for a formula gets an apostrophe before it; so does one that hides such a
 * start behind white space. Numbers are ours and stay numbers.
 */
export function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const safe = /^\s*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function audienceLines(audience: AudienceResults, text: (id: string) => string): Line[] {
  const { counted, invited } = audience;
  const people = { table: "participation", unit: "people" };
  return [
    { ...people, measure: "invited", status: "shown", value: invited },
    { ...people, measure: "counted", ...(isSuppressed(counted) ? hidden(counted) : { status: "shown", value: counted.n }) },
    ...audience.factors.map((factor): Line => {
      const line = { table: "factor", id: factor.id, text: text(`factor ${factor.id}`), measure: "index" };
      return isSuppressed(factor) ? { ...line, ...hidden(factor) } : { ...line, ...figure(factor.index, "index"), n: factor.n };
    }),
    ...audience.items.flatMap((item): Line[] => {
      const line = { table: item.kind, id: item.id, text: text(item.id) };
      if (item.kind === "text") return [];
      if (isSuppressed(item)) return [{ ...line, ...hidden(item) }];
      const shares: (readonly [string, Shown<Share>])[] =
        item.kind === "likert"
          ? [
              ["favourable", item.favourable],
              ["neutral", item.neutral],
              ["unfavourable", item.unfavourable],
            ]
          : item.options.map(({ id, share }) => [id, share] as const);
      const unit = item.kind !== "likert" && leavesOutSmall(item) ? "percent of others" : "percent";
      const { n, ...others } = item.base;
      return [
        ...shares.map(([measure, share]): Line => ({ ...line, measure, ...figure(share, unit), n })),
        ...Object.entries(others).map(([measure, value]): Line => ({ ...line, measure, status: "shown", value, unit: "people" })),
      ];
    }),
    ...audience.breakdowns.flatMap(({ by, groups }) => groups.flatMap((group) => groupLines(by, group, text))),
  ];
}

function groupLines(by: readonly string[], { of, counted, items }: GroupResults, text: (id: string) => string): Line[] {
  const table = `group ${by.map((question, i) => `${question}=${of[i] ?? ""}`).join(" ")}`;
  const people = { table, measure: "counted", unit: "people" };
  return [
    isSuppressed(counted) ? { ...people, ...hidden(counted) } : { ...people, status: "shown", value: counted.n },
    ...items.flatMap((item): Line[] => {
      const line = { table, id: item.id, text: text(item.id) };
      if (isSuppressed(item)) return [{ ...line, ...hidden(item) }];
      const sides = ["favourable", "neutral", "unfavourable"] as const;
      return sides.map((measure): Line => ({ ...line, measure, ...figure(item[measure], "percent"), n: item.n }));
    }),
  ];
}

function gapLines(results: Results): Line[] {
  return results.gaps.map((gap): Line => {
    const line = { table: "gap", id: gap.mirror };
    if (isSuppressed(gap)) return { ...line, ...hidden(gap) };
    const [a, b] = gap.sides.map((side) => {
      const item = results.audiences.find(({ id }) => id === side.audience)?.items.find(({ id }) => id === side.item);
      return item?.kind === "likert" && !isSuppressed(item) ? { audience: side.audience, item } : undefined;
    });
    if (a === undefined || b === undefined) throw new TypeError("a gap rests on a hidden item");
    const [up, down] = gap.higher === b.audience ? [b, a] : [a, b];
    return {
      ...line,
      measure: `${up.audience} - ${down.audience}`,
      status: "shown",
      value: gap.points,
      ...gapInterval(up.item, down.item),
      unit: "points",
    };
  });
}

function figure(share: Shown<Share>, unit: string): Line {
  if (isSuppressed(share)) return hidden(share);
  if (isExact(share)) return { status: "shown", unit, value: share.value, low: share.low, high: share.high };
  return "atMost" in share ? { status: "at-most", unit, value: share.atMost } : { status: "at-least", unit, value: share.atLeast };
}

function hidden({ suppressed }: Suppressed): Line {
  return { status: "suppressed", reason: suppressed };
}

function textsOf(questionnaire: Questionnaire | undefined, locale: string): ReadonlyMap<string, string> {
  if (questionnaire === undefined) throw new TypeError("an audience has no questionnaire");
  const pick = (text: LocalizedText): string => text[locale] ?? Object.values(text)[0] ?? "";
  return new Map([
    ...questionnaire.factors.map(({ id, title }) => [`factor ${id}`, pick(title)] as const),
    ...itemsOf(questionnaire).map(({ id, text }) => [id, pick(text)] as const),
  ]);
}
