import { type KeyFile, keyCard, newKeyFile, withRoundKey } from "@amana/client/keys";
import { backupPath, writeBackup } from "../../keys/backup-file.ts";
import { exists, readKeyFile, writeKeyFile } from "../../keys/key-file.ts";
import { newPassphrase, PASSPHRASE_OPTION, passphrase } from "../../keys/passphrase.ts";
import { pinKey } from "../../keys/pins.ts";
import { writeWhole } from "../../keys/write-whole.ts";
import { type Command, nameOption, text, type Values } from "../../terminal/command.ts";

export const join: Command = {
  name: "trustee join",
  summary: "Make your key for a round: a key file, a backup to print, and a card for the operator. Trustees and case handlers alike.",
  positionals: [],
  options: {
    organisation: { type: "string", value: "ID", describe: "your organisation's id in the programme (for a new key file)" },
    round: { type: "string", value: "NAME", describe: "name of the round: a survey, or a reports channel if you handle reports" },
    key: { type: "string", describe: "key file; a round is added when it exists" },
    url: { type: "string", value: "URL", describe: "the server you will work with (for a new key file)" },
    ...PASSPHRASE_OPTION,
  },
  examples: [
    "amana trustee join --organisation customs --round wave-2026 --key customs.key --url https://feedback.example.org/",
    "amana trustee join --round reports-2026-12 --key customs.key",
  ],
  notes: ["The keys never leave this machine: only the card is given to the operator."],
  async run({ values }, io) {
    const path = text(values, "key", true);
    const round = nameOption(values, "round");
    const there = await exists(path);
    const empty = there ? null : fresh(values);
    const secret = await (there ? passphrase(values, io) : newPassphrase(values, io));
    const before = empty ?? (await readKeyFile(path, secret));
    const file = withRoundKey(before, round);
    // The backup first: a key that only one file has must not be given to anyone.
    await writeBackup(path, file);
    await writeKeyFile(path, file, secret);
    const cardPath = `${path}.${round}.card.json`;
    await writeWhole(cardPath, `${JSON.stringify(keyCard(file, round))}\n`, 0o644);
    io.say(`Key file  ${path}   (encrypted with your passphrase)`);
    io.say(`Backup    ${backupPath(path)}   print it, put it in a safe, then delete the file`);
    io.say(`Card      ${cardPath}   give this one to the operator`);
    io.result({ key: path, backup: backupPath(path), card: cardPath });
    return 0;
  },
};

function fresh(values: Values): KeyFile {
  const organisation = nameOption(values, "organisation");
  return newKeyFile(organisation, pinKey(text(values, "url", true)));
}
