import { readFile } from "node:fs/promises";
import { restoreBackup } from "@amana/server";
import { type Command, UsageError, type Values } from "../../terminal/command.ts";

export const restoreFolder: Command = {
  name: "restore",
  summary: "Make a data folder of a backup: every byte is compared with its hash, and the ledger with what witnesses have seen of it.",
  positionals: ["BACKUP", "FOLDER"],
  options: {
    witness: { type: "string", multiple: true, value: "URL", describe: "a witness of the programme, once for each" },
    seen: { type: "string", multiple: true, describe: "a checkpoint of the ledger that somebody kept" },
    newest: { type: "boolean", describe: "you know that nothing was logged after this backup" },
  },
  examples: [
    "amana restore /media/disk/amana-backup ./data --witness https://witness.one.example --witness https://witness.two.example",
    "amana restore /media/disk/amana-backup ./data --newest",
  ],
  notes: [
    "A ledger that goes on from an older copy is a second history under the same key: clients, witnesses and auditors refuse it for good.",
    "So a backup is restored only when so many witnesses know nothing newer that every quorum has one of them, or when you say --newest.",
  ],
  async run({ positionals: [backup = "", folder = ""], values }, io) {
    const witnesses = list(values, "witness").map((url) => url.replace(/\/*$/, "/"));
    if (witnesses.some((url) => !/^https?:\/\/[^\s?#]+$/.test(url)))
      throw new UsageError("--witness takes an address like https://witness.example");
    const seen = await Promise.all(list(values, "seen").map((file) => readFile(file, "utf8")));
    const made = await restoreBackup(backup, folder, { witnesses, seen, newest: values.newest === true, fetch: io.fetch });
    io.say(`Restored   ${folder}: ${made.files} files, ledger of ${made.ledgerSize} entries`);
    io.say(
      made.witnesses > 0
        ? `Checked    ${made.witnesses} witnesses know nothing newer`
        : "Checked    by nobody: you said that it is the newest",
    );
    io.say("Next       amana doctor, then amana serve. Who answered after this backup has to send the answer again.");
    io.result({ folder, ...made });
    return 0;
  },
};

function list(values: Values, name: string): readonly string[] {
  const given = values[name];
  return Array.isArray(given) ? given : [];
}
