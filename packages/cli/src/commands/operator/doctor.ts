import { existsSync } from "node:fs";
import { checkStore } from "@amana/server";
import { type Command, UsageError } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { needDataFolder } from "./data-folder.ts";

export const doctor: Command = {
  name: "doctor",
  summary: "Check a data folder that no server uses: every document, every file and every envelope against the ledger.",
  positionals: ["FOLDER"],
  options: {},
  examples: ["amana doctor ./data"],
  notes: ["Exit codes: 0 sound · 1 something is damaged or missing, and named · 2 could not look."],
  async run({ positionals: [folder = ""] }, io) {
    if (!existsSync(folder)) throw new UsageError("There is no such folder");
    needDataFolder(folder);
    const findings = await checkStore(folder);
    for (const { check, ok, detail } of findings) if (ok) io.say(`✓ ${check.padEnd(24)} ${detail}`);
    const failed = findings.filter(({ ok }) => !ok);
    for (const { check, detail } of failed) io.warn(`✗ ${check.padEnd(24)} ${detail}`);
    io.say(failed.length === 0 ? "The folder is sound." : `${failed.length} of ${findings.length} checks do not hold.`);
    io.result({ sound: failed.length === 0, findings });
    return failed.length === 0 ? 0 : CHECK_FAILED;
  },
};
