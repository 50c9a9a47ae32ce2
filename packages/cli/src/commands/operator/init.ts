import { hex, localizedText, name, toHex } from "@amana/core/bytes";
import { AmanaError, type Problem } from "@amana/core/errors";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { initProgramme, type ProgrammeInput, type Store } from "@amana/server";
import * as v from "valibot";
import { type Command, text } from "../../terminal/command.ts";
import { databaseIn } from "./data-folder.ts";
import { beside, checkDocument, collecting, readCard, readDocument } from "./files.ts";

const programmeFileSchema = v.strictObject({
  name: localizedText,
  trial: v.optional(v.boolean(), false),
  origin: v.pipe(v.string(), v.regex(/^[^\s+]{1,255}$/, "an address like https://feedback.example.org")),
  organisations: v.array(v.strictObject({ id: name, name: localizedText, card: v.optional(v.string()), key: v.optional(hex(32)) })),
  witnesses: v.optional(v.array(v.strictObject({ organisation: name, vkey: v.string() })), []),
  quorum: v.optional(v.pipe(v.number(), v.integer("a whole number"), v.minValue(0)), 0),
  freshnessDays: v.optional(v.pipe(v.number(), v.integer("a whole number")), 7),
});

export const init: Command = {
  name: "init",
  summary: "Make a programme: reads who the organisations are, makes the ledger's and promise keys, and writes a new data folder.",
  positionals: ["FOLDER"],
  options: { config: { type: "string", describe: "programme file: name, origin, organisations with their cards" } },
  examples: ["amana init ./data --config programme.yaml"],
  notes: [
    "With AMANA_DATABASE_URL or AMANA_DATABASE_FILE set it is made in that PostgreSQL database, and FOLDER is where its servers' sockets will be.",
    "A file to copy, with a comment on every field: examples/operator/programme.yaml in Amana's repository.",
  ],
  async run({ positionals: [folder = ""], values }, io) {
    const input = await readProgrammeFile(text(values, "config", true));
    const database = await databaseIn(io.environment);
    const programme = await (database === null
      ? initProgramme(folder, input)
      : inDatabase(database, (store) => initProgramme(store, input)));
    const id = toHex(programmeId(programme));
    io.say(`Programme  ${id}`);
    io.say(`Digits     ${programmeDigits(programmeId(programme))}   each organisation publishes them in its own place`);
    io.say(
      database === null
        ? `Data       ${folder}   back it up; secrets.json is for the server alone`
        : "Data       in the database   back it up",
    );
    io.result({ programme: id, digits: programmeDigits(programmeId(programme)), folder });
    return 0;
  },
};

/** Runs `use` on a database's store, and closes it. */
async function inDatabase<T>(url: string, use: (store: Store) => Promise<T>): Promise<T> {
  const { postgresStore } = await import("@amana/server/postgres");
  const store = await postgresStore(url);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

/** Reads a programme's file with the cards it names, relative to it. Every mistake is named at once. @throws ERR_CONFIG_INVALID */
export async function readProgrammeFile(path: string): Promise<ProgrammeInput> {
  const { organisations, ...rest } = checkDocument(await readDocument(path), programmeFileSchema);
  const problems: Problem[] = [];
  const resolved: { id: string; name: ProgrammeInput["name"]; key: string }[] = [];
  for (const [index, { id, name: title, card, key }] of organisations.entries()) {
    const here = `/organisations/${index}`;
    const signingKey = key ?? (await keyOf(beside(path, card ?? `${id}.card.json`), id, `${here}/card`, problems));
    if (signingKey !== null) resolved.push({ id, name: title, key: signingKey });
  }
  if (problems.length > 0) throw new AmanaError("ERR_CONFIG_INVALID", { problems });
  return { ...rest, organisations: resolved };
}

async function keyOf(path: string, id: string, place: string, problems: Problem[]): Promise<string | null> {
  const card = await collecting(problems, place, () => readCard(path));
  if (card !== null && card.organisation !== id)
    problems.push({ path: place, message: `a card of another organisation: ${card.organisation}` });
  return card?.signingKey ?? null;
}
