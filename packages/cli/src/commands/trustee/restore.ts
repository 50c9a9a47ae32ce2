import { readFile } from "node:fs/promises";
import { readBackup } from "@amana/client/keys";
import { AmanaError } from "@amana/core/errors";
import { exists, writeKeyFile } from "../../keys/key-file.ts";
import { newPassphrase, PASSPHRASE_OPTION } from "../../keys/passphrase.ts";
import { type Command, text } from "../../terminal/command.ts";

export const restore: Command = {
  name: "trustee restore",
  summary: "Make your key file again from its printed backup, typed into a text file. A typing mistake is named by its line.",
  positionals: [],
  options: {
    backup: { type: "string", describe: "the backup, typed in again" },
    key: { type: "string", describe: "key file to make; it must not exist" },
    ...PASSPHRASE_OPTION,
  },
  examples: ["amana trustee restore --backup typed.txt --key customs.key"],
  notes: ["Delete the typed file afterwards: whoever has it has your keys."],
  async run({ values }, io) {
    const path = text(values, "key", true);
    const source = text(values, "backup", true);
    if (await exists(path)) throw new AmanaError("ERR_KEY_FILE", { note: "There is a file of this name already. Nothing was changed." });
    const typed = await readFile(source, "utf8").catch(() => {
      throw new AmanaError("ERR_KEY_FILE", { note: "There is no such backup, or it may not be read." });
    });
    const file = readBackup(typed);
    await writeKeyFile(path, file, await newPassphrase(values, io));
    const rounds = Object.keys(file.rounds);
    io.say(`Key file  ${path}   ${file.organisation}, rounds: ${rounds.join(", ") || "none"}`);
    io.say(`Delete ${source} now: whoever has it has your keys.`);
    io.result({ key: path, organisation: file.organisation, rounds });
    return 0;
  },
};
