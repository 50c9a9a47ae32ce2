import type { Problem } from "@amana/core/errors";

/** One row of a sheet: its number as a spreadsheet shows it (the header is row 1), and its cells by column. */
export interface Row {
  readonly number: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** A sheet with a header. */
export interface Sheet {
  readonly name: string;
  /** Names of the columns, in order; a column without a name has none. */
  readonly columns: readonly string[];
  /** Rows with anything in them. */
  readonly rows: readonly Row[];
}

/** The largest sheet that is read, in characters, and its most rows and columns. */
export const SHEET_LIMIT: number = 2 ** 21;
const MOST_ROWS = 5000;
const MOST_COLUMNS = 200;

/**
 * Reads a sheet that a spreadsheet saved as CSV (RFC 4180; commas or, as some countries' spreadsheets write, semicolons; a byte-order mark is
 * passed over). Strict: a quotation that does not end, or a mark inside of a cell that does not begin with one, is named and nothing is guessed.
 * @param text attacker-controlled
 */
export function readSheet(name: string, text: string): { readonly sheet: Sheet | null; readonly problems: readonly Problem[] } {
  const wrong = (path: string, message: string) => ({ sheet: null, problems: [{ path: `${name}${path}`, message }] });
  if (text.length > SHEET_LIMIT) return wrong("", "is too large");
  const records = readRecords(text.replace(/^\uFEFF/, ""));
  if (typeof records === "number") return wrong(`/${records}`, "a quotation does not end, or begins inside of a cell");
  const [header = [], ...rest] = records;
  const columns = header.map((cell) => cell.trim());
  if (columns.every((column) => column === "")) return wrong("/1", "has no header");
  if (records.length > MOST_ROWS || columns.length > MOST_COLUMNS) return wrong("", "has too many rows or columns");
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const column of columns) {
    if (column !== "" && seen.has(column)) problems.push({ path: `${name}/1/${column}`, message: "a second column of this name" });
    seen.add(column);
  }
  const rows = rest.flatMap((record, index): Row[] => {
    const number = index + 2;
    const cells = new Map<string, string>();
    for (const [place, cell] of record.entries()) {
      const column = columns[place] ?? "";
      if (cell.trim() === "") continue;
      if (column === "") problems.push({ path: `${name}/${number}`, message: `cell ${place + 1} stands in a column without a name` });
      else cells.set(column, cell.trim().normalize("NFC"));
    }
    return cells.size === 0 ? [] : [{ number, cells }];
  });
  return { sheet: { name, columns: columns.filter((column) => column !== ""), rows }, problems };
}

/** Every record; or the number, from 1, of the one that cannot be read. */
function readRecords(text: string): string[][] | number {
  const separator = separatorOf(text);
  const records: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, separator);
    if (cell === null) return records.length + 1;
    record.push(cell.value);
    at = cell.end;
    if (text[at] === separator) {
      at++;
      // A separator before the end opens one more, empty cell.
      if (at === text.length) record.push("");
      else continue;
    } else if (at < text.length) {
      const end = /^\r?\n|^\r/.exec(text.slice(at, at + 2));
      if (end === null) return records.length + 1;
      at += end[0].length;
    }
    records.push(record);
    record = [];
  }
  return records;
}

interface CellEnd {
  readonly value: string;
  readonly end: number;
}

function quotedCell(text: string, start: number): CellEnd | null {
  let value = "";
  for (let at = start + 1; ; ) {
    const mark = text.indexOf('"', at);
    if (mark < 0) return null;
    value += text.slice(at, mark);
    if (text[mark + 1] !== '"') return { value, end: mark + 1 };
    value += '"';
    at = mark + 2;
  }
}

function plainCell(text: string, start: number, separator: string): CellEnd | null {
  let end = start;
  while (end < text.length && text[end] !== separator && text[end] !== "\n" && text[end] !== "\r") {
    if (text[end] === '"') return null;
    end++;
  }
  return { value: text.slice(start, end), end };
}

/** What stands between the names of the columns: they have neither in them. */
function separatorOf(text: string): string {
  const [head = ""] = text.split(/[\r\n]/, 1);
  return head.includes(",") || !head.includes(";") ? "," : ";";
}
