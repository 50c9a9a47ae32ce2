import { type InvitationLink, parseInvitationLink } from "@amana/client";
import { formatCode, type InvitationCode } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";

/** One code of a list, and for whom it is where the list says so. */
export interface ListedCode {
  readonly code: InvitationCode;
  /** A reference that whoever hands out has put beside the code, in a column of its own; null without such a column. */
  readonly person: string | null;
}

/** The codes of one issuer for one audience, as `invitations create` or `issuer init` wrote them. */
export interface CodeList extends Pick<InvitationLink, "base" | "round"> {
  readonly audience: string;
  /** Without spares. */
  readonly codes: readonly ListedCode[];
  /** How many spares were passed over. */
  readonly spares: number;
}

/**
 * Reads a list of codes. Columns are found by their names, `code`, `link`, `use`, `person`, in any order; others are passed over.
 * @throws ERR_CONFIG_INVALID with the line, and never a code, when it is no such list or not of one round and audience
 */
export function readCodeList(content: string, path: string): CodeList {
  const [head = "", ...lines] = content.replace(/^\uFEFF/, "").split(/\r?\n/);
  const columns = cellsOf(head) ?? [];
  const at = (name: string): number => columns.indexOf(name);
  if (at("code") < 0 || at("link") < 0) throw wrong(path, 1, "these are not the columns of a list of codes: code,link,use");
  const codes: ListedCode[] = [];
  let first: InvitationLink | null = null;
  let spares = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const cells = cellsOf(line);
    if (cells?.length !== columns.length) throw wrong(path, index + 2, "it has not as many cells as the first line");
    if (cells[at("use")] === "spare") {
      spares++;
      continue;
    }
    const link = linkOf(cells[at("link")] ?? "", cells[at("code")] ?? "");
    if (link === null) throw wrong(path, index + 2, "its link is not one of this one code");
    first ??= link;
    if (link.base !== first.base || link.round !== first.round || link.audience !== first.audience)
      throw wrong(path, index + 2, "it is of another server, round or audience than the lines before");
    const person = at("person") < 0 ? null : (cells[at("person")] ?? "").trim();
    if (person === "") throw wrong(path, index + 2, "it names no person, as other lines do");
    codes.push({ code: link.codes[0] as InvitationCode, person });
  }
  if (first?.audience === undefined || first.audience === null) throw wrong(path, 1, "it has no codes to hand out");
  return { base: first.base, round: first.round, audience: first.audience, codes, spares };
}

/** The link of a line; null unless it is for an audience and has this one code. */
function linkOf(text: string, code: string): InvitationLink | null {
  try {
    const link = parseInvitationLink(text);
    const [own] = link.codes;
    return link.audience !== null && link.codes.length === 1 && own !== undefined && formatCode(own) === code.trim() ? link : null;
  } catch (error) {
    if (isAmanaError(error)) return null;
    throw error;
  }
}

/** The cells of one line of CSV (RFC 4180); null where a quotation does not end. */
function cellsOf(line: string): string[] | null {
  const cells: string[] = [];
  for (let rest: string | null = line; rest !== null; ) {
    const found: RegExpExecArray | null = /^(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/.exec(rest);
    if (found === null) return null;
    cells.push((found[1] ?? found[2] ?? "").replaceAll('""', '"'));
    rest = found[0].endsWith(",") ? rest.slice(found[0].length) : null;
  }
  return cells;
}

function wrong(path: string, line: number, what: string): AmanaError<"ERR_CONFIG_INVALID"> {
  return new AmanaError("ERR_CONFIG_INVALID", { note: `${path}, line ${line}: ${what}.` });
}
