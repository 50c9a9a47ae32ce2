import type { Problem } from "@amana/core/errors";
import { type Condition, DONT_KNOW, type Item, type ItemBase, PREFER_NOT, type Scale } from "@amana/core/questionnaire";
import type { ChoiceList } from "./choices.ts";
import { cellOf } from "./columns.ts";
import type { Row } from "./csv.ts";
import { type Languages, textOf } from "./languages.ts";

/** What reading a question needs beside its row. */
export interface ItemContext {
  readonly lists: ReadonlyMap<string, ChoiceList>;
  readonly languages: Languages;
  /** Gets the scales that statements use, by name of the list. */
  readonly scales: Map<string, Scale>;
  readonly showIf: Condition | null;
}

/** A question, and what later conditions call its answers. */
export interface ItemRead {
  readonly item: Item;
  readonly answers: ReadonlyMap<string, string | number>;
}

/** Bytes of a comment where the form says nothing: about 500 Latin letters, or half as many Arabic ones. */
const COMMENT_BYTES = 1000;
/** How a question looks that cannot change what it asks. */
const HARMLESS = ["", "minimal", "vertical", "horizontal", "columns", "list-nolabel", "multiline"];

/** Reads one question; null where its row has mistakes, which are named. */
export function readItem(
  row: Row,
  kind: "select_one" | "select_multiple" | "text",
  listName: string,
  context: ItemContext,
  problems: Problem[],
): ItemRead | null {
  const before = problems.length;
  const wrong = (column: string, message: string): void => void problems.push({ path: `survey/${row.number}/${column}`, message });
  const id = cellOf(row, "name");
  if (!/^[A-Za-z0-9]{1,16}$/.test(id)) wrong("name", "letters and digits, at most 16");
  const text = textOf(row, "label", context.languages, "survey", problems);
  if (text === null) wrong("label", "is empty");
  const help = textOf(row, "hint", context.languages, "survey", problems);
  const base: ItemBase = { id, text: text ?? {}, help, factor: cellOf(row, "amana::factor") || null, showIf: context.showIf };
  const isLikert = cellOf(row, "appearance") === "likert" && kind === "select_one";
  if (!isLikert && !HARMLESS.includes(cellOf(row, "appearance"))) wrong("appearance", "cannot be carried");
  for (const column of ["amana::polarity", "amana::mirror"])
    if (!isLikert && cellOf(row, column) !== "") wrong(column, "is for select_one with the appearance likert");
  if (kind !== "text" && cellOf(row, "amana::max_bytes") !== "") wrong("amana::max_bytes", "is for text");
  const list = kind === "text" ? undefined : context.lists.get(listName);
  if (kind !== "text" && list === undefined) wrong("type", "names no list of the choices");
  const read =
    kind === "text"
      ? readText(row, base, wrong)
      : list === undefined
        ? null
        : readSelect(row, kind, listName, list, isLikert, base, context, wrong);
  return problems.length > before ? null : read;
}

type WrongColumn = (column: string, message: string) => void;

function readText(row: Row, base: ItemBase, wrong: WrongColumn): ItemRead {
  if (cellOf(row, "constraint") !== "") wrong("constraint", "of a text cannot be carried: amana::max_bytes bounds it");
  const bytes = cellOf(row, "amana::max_bytes");
  if (!/^(|[1-9][0-9]{0,3})$/.test(bytes) || Number(bytes) > 4000) wrong("amana::max_bytes", "a whole number up to 4000");
  return { item: { ...base, kind: "text", maxBytes: bytes === "" ? COMMENT_BYTES : Number(bytes) }, answers: new Map() };
}

function readSelect(
  row: Row,
  kind: "select_one" | "select_multiple",
  listName: string,
  list: ChoiceList,
  isLikert: boolean,
  base: ItemBase,
  { scales }: ItemContext,
  wrong: WrongColumn,
): ItemRead {
  const { choices, dontKnow, preferNot } = list;
  const none: (readonly [string, string])[] = [
    ...(dontKnow ? [[DONT_KNOW, DONT_KNOW] as const] : []),
    ...(preferNot ? [[PREFER_NOT, PREFER_NOT] as const] : []),
  ];
  const constraint = cellOf(row, "constraint");
  if (isLikert) {
    if (constraint !== "") wrong("constraint", "cannot be carried");
    const polarity = cellOf(row, "amana::polarity") || "positive";
    if (polarity !== "positive" && polarity !== "negative") wrong("amana::polarity", "positive or negative");
    const scale = listName.toLowerCase().replaceAll("_", "-");
    if (!/^[a-z0-9-]{1,64}$/.test(scale)) wrong("type", "a list with letters, digits, hyphens and underscores in its name");
    scales.set(listName, { id: scale, labels: choices.map(({ text }) => text) });
    const item: Item = {
      ...base,
      kind: "likert",
      scale,
      polarity: polarity === "negative" ? "negative" : "positive",
      mirror: cellOf(row, "amana::mirror") || null,
      dontKnow,
      preferNot,
    };
    return { item, answers: new Map<string, string | number>([...choices.map(({ name }, point) => [name, point + 1] as const), ...none]) };
  }
  const options = choices.map(({ name, text }) => ({ id: name, text }));
  const answers = new Map<string, string | number>([...options.map(({ id }) => [id, id] as const), ...none]);
  if (kind === "select_one") {
    if (constraint !== "") wrong("constraint", "cannot be carried");
    return { item: { ...base, kind: "single", options, dontKnow, preferNot }, answers };
  }
  if (dontKnow) wrong("type", "a list with dont_know cannot be carried where several can be chosen");
  const max = /^count-selected\(\s*\.\s*\)\s*<=\s*([1-9][0-9]{0,2})$/.exec(constraint)?.[1];
  if (constraint !== "" && max === undefined) wrong("constraint", "can be carried as count-selected(.) <= NUMBER alone");
  return { item: { ...base, kind: "multiple", options, max: max === undefined ? options.length : Number(max), preferNot }, answers };
}
