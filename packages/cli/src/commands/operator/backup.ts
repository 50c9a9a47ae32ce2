import { isAbsolute, relative, resolve } from "node:path";
import { type Command, text, UsageError } from "../../terminal/command.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const backup: Command = {
  name: "backup",
  summary: "Copy a data folder into a new folder, also while its server runs: all that the ledger has, with a hash of every file.",
  positionals: ["FOLDER"],
  options: DATA_OPTION,
  examples: ["amana backup --data ./data /media/disk/amana-backup"],
  notes: [
    "What waits for a seal is not in it: two such copies would tell who came between them. To move a server, stop it and move its folder.",
    "The copy holds keys. When the ledger says that a round's keys or envelopes are gone, every backup that has them must go too.",
  ],
  async run({ positionals: [folder = ""], values }, io) {
    const target = resolve(folder);
    const inside = relative(resolve(text(values, "data", true)), target);
    if (inside === "" || !(inside.startsWith("..") || isAbsolute(inside))) throw new UsageError("Choose a folder outside the data folder");
    const made = await withOperator(values, (operator) => operator.backup(target));
    io.say(`Backup     ${target}: ${made.files} files, ${made.bytes} bytes, ledger of ${made.ledgerSize} entries`);
    io.say("Waiting    what waits for a seal is not in it");
    const holds = [
      ...(made.keysOf.length > 0 ? [`issuers' keys of ${made.keysOf.join(", ")}`] : []),
      ...(made.envelopesOf.length > 0 ? [`envelopes of ${made.envelopesOf.join(", ")}`] : []),
    ];
    if (holds.length > 0) io.say(`Delete it  when the ledger says that these are gone: ${holds.join("; ")}`);
    io.result({ folder: target, ...made });
    return 0;
  },
};
