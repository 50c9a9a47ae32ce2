import { existsSync } from "node:fs";
import { checkStore } from "@amana/server";
import { type Command, UsageError } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";

export const doctor: Command = {
  name: "doctor",
  summary: "Check a data folder: every document, every envelope against the ledger. Changes nothing.",
  positionals: ["FOLDER"],
  options: {},
  examples: ["amana doctor ./data"],
  async run({ positionals: [folder = ""] }, io) {
    if (!existsSync(folder)) throw new UsageError("There is no such folder");
    const findings = await checkStore(folder);
    for (const { check, ok, detail } of findings) io.say(`${ok ? "✓" : "✗"} ${check.padEnd(24)} ${detail}`);
    const failed = findings.filter(({ ok }) => !ok);
    for (const { check, detail } of failed) io.warn(`✗ ${check}: ${detail}`);
    io.result({ sound: failed.length === 0, findings });
    return failed.length === 0 ? 0 : CHECK_FAILED;
  },
};
