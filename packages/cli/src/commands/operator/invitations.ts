import { pinKey } from "../../keys/pins.ts";
import { sheetHtml } from "../../sheet/sheet.ts";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import { AUDIENCE_OPTIONS, audienceOf, COUNT_OPTIONS, countOf } from "../invitations/options.ts";
import { cardsOf, csvOf, LANGUAGES_OPTION, sheetLanguages, writeOnce } from "../invitations/output.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const invitationsCreate: Command = {
  name: "invitations create",
  summary: "Make the invitation codes of one audience. Only their hashes are kept: the file is the one copy.",
  positionals: [],
  options: {
    ...DATA_OPTION,
    ...AUDIENCE_OPTIONS,
    issuer: { type: "string", value: "NAME", describe: "issuer, if the audience has several" },
    ...COUNT_OPTIONS,
    url: { type: "string", value: "URL", describe: "address of the server, for the links" },
    out: { type: "string", value: "FILE.csv", describe: "CSV file to write, for a mail merge; it must not exist" },
    sheet: { type: "string", value: "FILE.html", describe: "sheet of cards with QR codes to print; it must not exist" },
    ...LANGUAGES_OPTION,
  },
  examples: [
    "amana invitations create --data ./data --round wave-2026 --audience officials --count 420 --spares 20 --url https://feedback.example.org/ --out officials.csv",
    "amana invitations create --data ./data --round wave-2026 --audience officials --count 420 --spares 20 --url https://feedback.example.org/ --sheet officials.html --languages ar,fr",
  ],
  notes: [
    "Codes are made once: give --out, --sheet, or both in one command.",
    "Where the audience has several issuers, the links are made of all their lists: amana invitations join.",
    "Delete the files once the codes are sent or printed: whoever has a code can use it. A printer may keep what it printed.",
  ],
  async run({ values }, io) {
    const { round, audience } = audienceOf(values);
    const issuer = text(values, "issuer");
    const base = pinKey(text(values, "url", true));
    const { count, spares } = countOf(values);
    const out = text(values, "out");
    const sheet = text(values, "sheet");
    const languages = sheetLanguages(text(values, "languages"));
    if (out === undefined && sheet === undefined) throw new UsageError("Missing: --out or --sheet");
    if (out === sheet) throw new UsageError("--out and --sheet are two files");
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
