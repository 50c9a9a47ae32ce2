import { type FileHandle, open, rm } from "node:fs/promises";
import { formatCode, type InvitationCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import type { Card } from "../../sheet/sheet.ts";
import { SHEET_LANGUAGES, type SheetLanguage } from "../../sheet/texts.ts";
import { UsageError } from "../../terminal/command.ts";

/** What every command takes that prints cards. */
export const LANGUAGES_OPTION = {
  languages: { type: "string", value: "LIST", describe: "languages on the cards (ar,fr,en)" },
} as const;

/** The languages on the cards, in the order given; all of them where nothing is said. @throws UsageError */
export function sheetLanguages(list: string | undefined): readonly SheetLanguage[] {
  if (list === undefined) return SHEET_LANGUAGES;
  const names = [...new Set(list.split(",").map((name) => name.trim()))];
  const known = names.flatMap((name) => SHEET_LANGUAGES.filter((each) => each === name));
  if (known.length < names.length) throw new UsageError(`--languages: a list of ${SHEET_LANGUAGES.join(", ")}`);
  return known;
}

/**
 * Makes the files before their content: codes that cannot be written down must not be made. What cannot be made leaves no file behind.
 * @throws ERR_CONFIG_INVALID when there is a file of such a name; it is not touched, and nothing was made
 */
export async function writeOnce(paths: readonly string[], make: () => Promise<readonly string[]>): Promise<void> {
  const files: FileHandle[] = [];
  try {
    for (const path of paths) files.push(await openNew(path));
    const contents = await make();
    for (const [index, file] of files.entries()) {
      await file.writeFile(contents[index] ?? "");
      await file.sync();
    }
  } catch (error) {
    // Those that were written to are kept: the codes exist, and this may be their one copy.
    for (const [index, file] of files.entries()) if ((await file.stat()).size === 0) await rm(paths[index] ?? "", { force: true });
    throw error;
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}

function openNew(path: string): Promise<FileHandle> {
  return open(path, "wx", 0o600).catch(() => {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: `The file ${path} exists already, or its folder cannot be written.` });
  });
}

export function cardsOf(codes: readonly InvitationCode[], spares: number, linkOf: (code: string) => string): Card[] {
  return codes.map((each, index) => {
    const code = formatCode(each);
    return { code, link: linkOf(code), spare: index >= codes.length - spares };
  });
}

/** A line for each card: what `readCodeList` reads. Where the cards say for whom they are, a column says it, too. */
export function csvOf(cards: readonly (Card & { readonly person?: string | null })[]): string {
  const named = cards.some(({ person = null }) => person !== null);
  const rows = cards.map(({ code, link, spare, person }) =>
    [code, link, spare ? "spare" : "", ...(named ? [person ?? ""] : [])].map(cellOf).join(","),
  );
  return [`code,link,use${named ? ",person" : ""}`, ...rows, ""].join("\n");
}

const cellOf = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
