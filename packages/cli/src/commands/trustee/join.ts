import { writeFile } from "node:fs/promises";
import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { randomBytes } from "@amana/core/primitives";
import { printBackup, readBackup } from "../../keys/backup.ts";
import { exists, type KeyFile, kemKeyOf, readKeyFile, signingKeyOf, writeKeyFile } from "../../keys/key-file.ts";
import { PASSPHRASE_OPTION, passphrase } from "../../keys/passphrase.ts";
import { pinKey } from "../../keys/pins.ts";
import { type Command, text, UsageError } from "../../terminal/command.ts";

export const join: Command = {
  name: "trustee join",
  summary: "Make your key for a round: a key file, a backup to print, and a card for the operator.",
  positionals: [],
  options: {
    organisation: { type: "string", value: "ID", describe: "your organisation's id in the programme" },
    round: { type: "string", value: "NAME", describe: "name of the round" },
    key: { type: "string", describe: "key file; a round is added when it exists" },
    url: { type: "string", value: "URL", describe: "the server you will work with" },
    ...PASSPHRASE_OPTION,
  },
  examples: ["amana trustee join --organisation customs --round wave-2026 --key customs.key --url https://feedback.example.org/"],
  async run({ values }, io) {
    const path = text(values, "key", true);
    const round = text(values, "round", true);
    if (!/^[a-z0-9-]{1,64}$/.test(round)) throw new UsageError("--round takes small letters, digits and hyphens");
    const secret = await passphrase(values, io, "Choose a passphrase (or the one of your key file): ");
    const before = (await exists(path)) ? await readKeyFile(path, secret) : fresh(values);
    if (before.rounds[round] !== undefined) throw new AmanaError("ERR_KEY_FILE", { note: "It has a key for this round already." });
    const file: KeyFile = { ...before, rounds: { ...before.rounds, [round]: toHex(randomBytes(32)) } };
    await writeKeyFile(path, file, secret);

    // The backup is written, read again and compared: what is printed opens.
    const backup = `${path}.backup.txt`;
    const printed = printBackup(file);
    if (JSON.stringify(readBackup(printed)) !== JSON.stringify(file))
      throw new AmanaError("ERR_KEY_FILE", { note: "Its backup does not read back." });
    await writeFile(backup, printed, { mode: 0o600, flush: true });
    const card = {
      organisation: file.organisation,
      round,
      signingKey: toHex(signingKeyOf(file).publicKey),
      kemKey: toHex(kemKeyOf(file, round).publicKey),
    };
    const cardPath = `${path}.${round}.card.json`;
    await writeFile(cardPath, `${JSON.stringify(card)}\n`);
    io.say(`Key file  ${path}   (encrypted with your passphrase)`);
    io.say(`Backup    ${backup}   print it, put it in a safe, then delete the file`);
    io.say(`Card      ${cardPath}   give this one to the operator`);
    io.result({ key: path, backup, card: cardPath });
    return 0;
  },
};

function fresh(values: Parameters<Command["run"]>[0]["values"]): KeyFile {
  const organisation = text(values, "organisation", true);
  if (!/^[a-z0-9-]{1,64}$/.test(organisation)) throw new UsageError("--organisation takes small letters, digits and hyphens");
  return { organisation, server: pinKey(text(values, "url", true)), signingSeed: toHex(randomBytes(32)), rounds: {} };
}
