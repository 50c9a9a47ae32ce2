import { checkSchema, hex, localizedText, name, toHex } from "@amana/core/bytes";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { initProgramme } from "@amana/server";
import * as v from "valibot";
import { type Command, text } from "../../terminal/command.ts";
import { beside, readCard, readDocument } from "./files.ts";

const schema = v.strictObject({
  name: localizedText,
  trial: v.optional(v.boolean(), false),
  origin: v.pipe(v.string(), v.regex(/^[^\s+]{1,255}$/)),
  organisations: v.array(v.strictObject({ id: name, name: localizedText, card: v.optional(v.string()), key: v.optional(hex(32)) })),
  freshnessDays: v.optional(v.number(), 7),
});

export const init: Command = {
  name: "init",
  summary: "Make a programme: reads who the organisations are, makes the ledger's and promise keys, and writes a new data folder.",
  positionals: ["FOLDER"],
  options: { config: { type: "string", describe: "programme file: name, origin, organisations with their cards" } },
  examples: ["amana init ./data --config programme.yaml"],
  async run({ positionals: [folder = ""], values }, io) {
    const path = text(values, "config", true);
    const { organisations, ...rest } = checkSchema(await readDocument(path), schema);
    const resolved = await Promise.all(
      organisations.map(async ({ id, name: title, card, key }) => ({
        id,
        name: title,
        key: key ?? (await readCard(beside(path, card ?? `${id}.card.json`))).signingKey,
      })),
    );
    const programme = await initProgramme(folder, { ...rest, organisations: resolved, witnesses: [], quorum: 0 });
    const id = toHex(programmeId(programme));
    io.say(`Programme  ${id}`);
    io.say(`Digits     ${programmeDigits(programmeId(programme))}   each organisation publishes them in its own place`);
    io.say(`Data       ${folder}   back it up; secrets.json is for the server alone`);
    io.result({ programme: id, digits: programmeDigits(programmeId(programme)), folder });
    return 0;
  },
};
