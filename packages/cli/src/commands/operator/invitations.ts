import { type FileHandle, open, rm } from "node:fs/promises";
import { formatCode, type InvitationCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { pinKey } from "../../keys/pins.ts";
import { type Card, sheetHtml } from "../../sheet/sheet.ts";
import { SHEET_LANGUAGES, type SheetLanguage } from "../../sheet/texts.ts";
import { type Command, nameOption, text, UsageError, wholeNumber } from "../../terminal/command.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const invitationsCreate: Command = {
  name: "invitations create",
  summary: "Make the invitation codes of one audience. Only their hashes are kept: the file is the one copy.",
  positionals: [],
  options: {
    ...DATA_OPTION,
    round: { type: "string", value: "NAME", describe: "name of the round" },
    audience: { type: "string", value: "ID", describe: "audience of the round" },
    issuer: { type: "string", value: "NAME", describe: "issuer, if the audience has several" },
    count: { type: "string", value: "N", describe: "how many codes, spares included" },
    spares: { type: "string", value: "N", describe: "how many of them are spares (0)" },
    url: { type: "string", value: "URL", describe: "address of the server, for the links" },
    out: { type: "string", value: "FILE.csv", describe: "CSV file to write, for a mail merge; it must not exist" },
    sheet: { type: "string", value: "FILE.html", describe: "sheet of cards with QR codes to print; it must not exist" },
    languages: { type: "string", value: "LIST", describe: "languages on the cards (ar,fr,en)" },
  },
  examples: [
    "amana invitations create --data ./data --round wave-2026 --audience officials --count 420 --spares 20 --url https://feedback.example.org/ --out officials.csv",
    "amana invitations create --data ./data --round wave-2026 --audience officials --count 420 --spares 20 --url https://feedback.example.org/ --sheet officials.html --languages ar,fr",
  ],
  notes: [
    "Codes are made once: give --out, --sheet, or both in one command.",
    "Delete the files once the codes are sent or printed: whoever has a code can use it. A printer may keep what it printed.",
  ],
  async run({ values }, io) {
    const round = nameOption(values, "round");
    const audience = nameOption(values, "audience");
    const issuer = text(values, "issuer");
    const base = pinKey(text(values, "url", true));
    const count = wholeNumber(values, "count");
    const spares = wholeNumber(values, "spares") ?? 0;
    const out = text(values, "out");
    const sheet = text(values, "sheet");
    const languages = sheetLanguages(text(values, "languages"));
    if (out === undefined && sheet === undefined) throw new UsageError("Missing: --out or --sheet");
    if (out === sheet) throw new UsageError("--out and --sheet are two files");
    if (count === undefined) throw new UsageError("Missing: --count");
    if (spares > count) throw new UsageError("--spares are among --count: it cannot be more");
    const input = { round, audience, count, spares, ...(issuer === undefined ? {} : { issuer }) };
    const paths = [out, sheet].filter((path) => path !== undefined);
    await writeOnce(paths, async () => {
      const { codes, digits } = await withOperator(values, async (operator) => ({
        digits: (await operator.status()).digits,
        codes: await operator.createInvitations(input),
      }));
      const cards = cardsOf(codes, spares, (code) => `${base}${round}#${audience}.${code}`);
      return paths.map((path) => (path === out ? csvOf(cards) : sheetHtml(cards, { address: base, digits, languages })));
    });
    io.say(`Wrote ${count} codes (${spares} spares) to ${paths.join(" and ")}.`);
    if (sheet !== undefined) io.say(`Open ${sheet} in a browser and print it (A4, 100 %). Nothing is loaded from elsewhere.`);
    io.say("Delete what was written once the codes are sent or printed: whoever has a code can use it.");
    io.result({ round, audience, count, spares, ...(out === undefined ? {} : { out }), ...(sheet === undefined ? {} : { sheet }) });
    return 0;
  },
};

/** The languages on the cards, in the order given; all of them where nothing is said. */
function sheetLanguages(list: string | undefined): readonly SheetLanguage[] {
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

export function csvOf(cards: readonly Card[]): string {
  const rows = cards.map(({ code, link, spare }) => {
    const quoted = /[",]/.test(link) ? `"${link.replaceAll('"', '""')}"` : link;
    return `${code},${quoted},${spare ? "spare" : ""}`;
  });
  return ["code,link,use", ...rows, ""].join("\n");
}
