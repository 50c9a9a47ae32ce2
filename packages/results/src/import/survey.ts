import type { LocalizedText } from "@amana/core/bytes";
import type { Problem } from "@amana/core/errors";
import type { Condition, Item, Scale, Section } from "@amana/core/questionnaire";
import type { ChoiceList } from "./choices.ts";
import { cellOf } from "./columns.ts";
import type { Row, Sheet } from "./csv.ts";
import { readItem } from "./item.ts";
import { type Languages, textOf } from "./languages.ts";
import { type Known, readRelevant } from "./relevant.ts";

interface OpenSection {
  readonly id: string;
  readonly title: LocalizedText;
  text: LocalizedText | null;
  readonly showIf: Condition | null;
  readonly items: Item[];
}

/** What the sheet `survey` says. */
export interface SurveyRead {
  readonly introduction: LocalizedText | null;
  readonly scales: readonly Scale[];
  readonly sections: readonly Section[];
}

/** Types that would say who somebody is, where, or when: they must not be in any form. */
const TELLING = [
  "start",
  "end",
  "today",
  "deviceid",
  "phonenumber",
  "username",
  "email",
  "simserial",
  "subscriberid",
  "audit",
  "geopoint",
  "geotrace",
  "geoshape",
  "start-geopoint",
  "background-audio",
];

/**
 * Reads the sheet row by row. Questions outside of any group are on a screen with the form's title.
 * @param title the form's own
 */
export function readSurvey(
  sheet: Sheet,
  lists: ReadonlyMap<string, ChoiceList>,
  languages: Languages,
  title: LocalizedText,
  problems: Problem[],
): SurveyRead {
  const sections: OpenSection[] = [];
  const scales = new Map<string, Scale>();
  const known = new Map<string, ReadonlyMap<string, string | number>>();
  let introduction: LocalizedText | null = null;
  let group: OpenSection | null = null;
  let loose: OpenSection | null = null;
  const wrong = (row: Row, column: string, message: string): void =>
    void problems.push({ path: `survey/${row.number}/${column}`, message });

  for (const row of sheet.rows) {
    const type = cellOf(row, "type").replace(/^(begin|end) (?=group|repeat)/, "$1_");
    const [kind = "", list = ""] = type.split(/\s+/, 2);
    const own: Row = { ...row, cells: row.cells };
    if (/^(yes|true|true\(\)|1)$/i.test(cellOf(row, "required"))) wrong(row, "required", "every question can be left open: leave it empty");
    else if (!/^(no|false|false\(\)|0)?$/i.test(cellOf(row, "required"))) wrong(row, "required", "cannot be carried");
    switch (kind) {
      case "begin_group": {
        if (group !== null) wrong(row, "type", "a group within a group cannot be carried");
        loose = null;
        const label = textOf(own, "label", languages, "survey", problems);
        if (label === null) wrong(row, "label", "a group needs one: it is the title of a screen");
        group = { id: sectionId(row, sections, wrong), title: label ?? {}, text: null, showIf: conditionOf(row, known, wrong), items: [] };
        sections.push(group);
        break;
      }
      case "end_group":
        if (group === null) wrong(row, "type", "ends a group that did not begin");
        group = null;
        break;
      case "note": {
        const text = textOf(own, "label", languages, "survey", problems);
        if (cellOf(row, "relevant") !== "") wrong(row, "relevant", "of a note cannot be carried");
        if (cellOf(row, "name") === "introduction" && sections.length === 0) introduction = text;
        else if (group !== null && group.items.length === 0 && group.text === null) group.text = text;
        else wrong(row, "type", "a note can be carried as the first of a group alone, or named introduction before all else");
        break;
      }
      case "select_one":
      case "select_multiple":
      case "text": {
        const item = readItem(row, kind, list, { lists, languages, scales, showIf: conditionOf(row, known, wrong) }, problems);
        if (item === null) break;
        if (group === null && loose === null) {
          loose = { id: `questions-${sections.length + 1}`, title, text: null, showIf: null, items: [] };
          sections.push(loose);
        }
        (group ?? loose)?.items.push(item.item);
        known.set(item.item.id, item.answers);
        break;
      }
      default:
        if (TELLING.includes(kind)) wrong(row, "type", `${kind} would say who somebody is, where, or when`);
        else wrong(row, "type", `${/^[a-z_-]{1,32}$/.test(kind) ? kind : "this type"} cannot be carried`);
    }
  }
  if (group !== null) problems.push({ path: "survey", message: "a group does not end" });
  if (introduction === null) problems.push({ path: "survey", message: "needs a note named introduction before all else" });
  return { introduction, scales: [...scales.values()], sections };
}

type WrongCell = (row: Row, column: string, message: string) => void;

function sectionId(row: Row, sections: readonly OpenSection[], wrong: WrongCell): string {
  const id = cellOf(row, "name").toLowerCase().replaceAll("_", "-");
  if (!/^[a-z0-9-]{1,64}$/.test(id)) wrong(row, "name", "letters, digits, hyphens and underscores, at most 64");
  if (sections.some((section) => section.id === id)) wrong(row, "name", "a second group of this name");
  return id;
}

function conditionOf(row: Row, known: Known, wrong: WrongCell): Condition | null {
  const text = cellOf(row, "relevant");
  if (text === "") return null;
  const condition = readRelevant(text, known);
  if (!("why" in condition)) return condition;
  wrong(row, "relevant", condition.why);
  return null;
}
