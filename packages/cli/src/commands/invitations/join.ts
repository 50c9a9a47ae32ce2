import { readFile } from "node:fs/promises";
import { openRound } from "@amana/client";
import { judgeInvitation } from "@amana/client/issuer";
import { formatCode, fromHex, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { programmeDigits } from "@amana/core/programme";
import { pinnedProgramme } from "../../keys/pins.ts";
import { type Card, sheetHtml } from "../../sheet/sheet.ts";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { type CodeList, readCodeList } from "./code-list.ts";
import { csvOf, LANGUAGES_OPTION, sheetLanguages, writeOnce } from "./output.ts";

export const invitationsJoin: Command = {
  name: "invitations join",
  summary: "Put the codes of several issuers together: one link for each person, with a code of every issuer. Works offline.",
  positionals: ["FILE", "FILE…"],
  options: {
    out: { type: "string", value: "FILE.csv", describe: "CSV file to write, for a mail merge; it must not exist" },
    sheet: { type: "string", value: "FILE.html", describe: "sheet of cards with QR codes to print; it must not exist" },
    ...LANGUAGES_OPTION,
    programme: { type: "string", value: "ID", describe: "programme id (else the one pinned with `amana trust`); for --sheet and --check" },
    check: { type: "boolean", describe: "look in the public ledger whether each file is of the issuer in its place; sends no code" },
  },
  examples: [
    "amana invitations join customs.csv university.csv --out letters.csv --check",
    "amana invitations join customs.csv university.csv --sheet cards.html --languages ar,fr",
  ],
  notes: [
    "The files in the order in which the round's file names the issuers: a code in another's place draws nothing. --check finds that out.",
    "Lines go together as they stand, or by a column `person` that every file has. Spares are left out: they stay with their issuers.",
    "Whoever runs this knows every whole invitation, and could use those of people who do not come. So it is neither the operator nor an issuer who",
    "should: choose whoever prints or sends the letters, on a machine of theirs, and have all files deleted afterwards.",
  ],
  async run({ positionals, values }, io) {
    const [out, sheet] = [text(values, "out"), text(values, "sheet")];
    const languages = sheetLanguages(text(values, "languages"));
    if (out === undefined && sheet === undefined) throw new UsageError("Missing: --out or --sheet");
    if (out === sheet) throw new UsageError("--out and --sheet are two files");
    const lists = await Promise.all(positionals.map(async (path) => readCodeList(await readFile(path, "utf8"), path)));
    const [{ base, round, audience }] = lists as [CodeList, ...CodeList[]];
    const joined = join(lists, positionals);
    const asksFor = sheet !== undefined || values.check === true;
    const programme = asksFor ? await pinnedProgramme(io, base, text(values, "programme")) : "";
    if (values.check === true) await checkPlaces(lists, positionals, programme, io);
    const cards = joined.map(({ codes, person }) => {
      const code = codes.join(".");
      return { code, link: `${base}${round}#${audience}.${code}`, spare: false, person };
    });
    const paths = [out, sheet].filter((path) => path !== undefined);
    await writeOnce(paths, async () => {
      const made = (path: string): string => (path === out ? csvOf(cards) : sheetOf(cards, base, programme));
      return paths.map(made);
    });
    const spares = lists.reduce((sum, list) => sum + list.spares, 0);
    io.say(`Wrote ${cards.length} invitations with ${lists.length} codes each to ${paths.join(" and ")}.`);
    if (spares > 0) io.say(`Left out ${spares} spares: they stay with their issuers.`);
    if (values.check !== true) io.say("Not compared with the ledger: --check says whether each file is of the issuer in its place.");
    io.say("Delete what was written, and the files that it was made of, once the codes are sent or printed.");
    io.result({
      round,
      audience,
      count: cards.length,
      issuers: lists.length,
      spares,
      checked: values.check === true,
      ...outputs(out, sheet),
    });
    return 0;

    function sheetOf(list: readonly Card[], address: string, id: string): string {
      return sheetHtml(list, { address, digits: programmeDigits(fromHex(id)), languages });
    }
  },
};

const outputs = (out: string | undefined, sheet: string | undefined): object => ({
  ...(out === undefined ? {} : { out }),
  ...(sheet === undefined ? {} : { sheet }),
});

interface Joined {
  readonly codes: readonly string[];
  readonly person: string | null;
}

/** One code of every list for each person. @throws ERR_CONFIG_INVALID when the lists do not go together */
export function join(lists: readonly CodeList[], paths: readonly string[]): Joined[] {
  const [first, ...others] = lists as [CodeList, ...CodeList[]];
  const seen = new Set<string>();
  for (const [at, list] of lists.entries()) {
    const path = paths[at] as string;
    const same = list.base === first.base && list.round === first.round && list.audience === first.audience;
    if (!same) throw apart(`${path} is of another server, round or audience than ${paths[0]}`);
    if (list.codes.length !== first.codes.length)
      throw apart(`${path} has ${list.codes.length} codes to hand out, ${paths[0]} has ${first.codes.length}`);
    if ((list.codes[0]?.person === null) !== (first.codes[0]?.person === null))
      throw apart(`${path} and ${paths[0]} do not both have a column person`);
    for (const { code } of list.codes) {
      if (seen.has(toHex(code))) throw apart(`A code of ${path} stands twice: is a file given twice?`);
      seen.add(toHex(code));
    }
  }
  const byPerson = others.map(({ codes }) => new Map(codes.map(({ code, person }) => [person, code])));
  const people = new Set(first.codes.map(({ person }) => person));
  if (first.codes[0]?.person !== null)
    for (const [at, map] of [people, ...byPerson].entries())
      if (map.size !== first.codes.length) throw apart(`A person stands twice in ${paths[at]}`);
  return first.codes.map(({ code, person }, line) => {
    const rest = others.map(({ codes }, at) => {
      const found = person === null ? codes[line]?.code : byPerson[at]?.get(person);
      if (found === undefined) throw apart(`${paths[at + 1]} has no code for a person of ${paths[0]}`);
      return formatCode(found);
    });
    return { codes: [formatCode(code), ...rest], person };
  });
}

/** Each file's first code must be an invitation of the issuer in its place, by the lists in the ledger. @throws ERR_CONFIG_INVALID, ERR_NETWORK */
async function checkPlaces(lists: readonly CodeList[], paths: readonly string[], programme: string, io: Io): Promise<void> {
  const [{ base, round, audience }] = lists as [CodeList, ...CodeList[]];
  const { manifest } = await openRound(base, round, { programme, now: io.now, fetch: io.fetch });
  const issuers = manifest.audiences.find(({ id }) => id === audience)?.issuers ?? [];
  if (issuers.length !== lists.length)
    throw apart(`The round has ${issuers.length} issuers for ${audience}, and ${lists.length} files are given`);
  for (const [at, { codes }] of lists.entries()) {
    const { name } = issuers[at] as (typeof issuers)[number];
    const held = { round, audience, issuer: name, code: (codes[0] as CodeList["codes"][number]).code };
    const state = await judgeInvitation(base, held, { programme, now: io.now(), fetch: io.fetch });
    if (state === "unknown" || state === "spare")
      throw apart(`${paths[at]} stands in the place of the issuer ${name}, and its first code is no invitation of it to hand out`);
  }
}

function apart(what: string): AmanaError<"ERR_CONFIG_INVALID"> {
  return new AmanaError("ERR_CONFIG_INVALID", { note: `These lists do not go together. ${what}.` });
}
