import type { Command } from "../../terminal/command.ts";
import { DATA_OPTION, withOperator } from "../operator/data-folder.ts";
import { readDocument } from "../operator/files.ts";
import { readPlanFile } from "./session.ts";

export const planPublish: Command = {
  name: "plan publish",
  summary: "Publish the next revision of a joint action plan: its page, feeds and table, and an entry in the ledger. For ever.",
  positionals: ["FILE"],
  options: DATA_OPTION,
  examples: ["amana plan publish plan-2027.yaml --data ./data", "amana plan publish plan-2027.yaml --data ./data --json"],
  notes: [
    "A plan with gaps is refused; amana plan check names them without a data folder. Updates that were published stay as they are: add others.",
    "The page says every day anew where each measure stands: what gets overdue is shown as overdue, whoever publishes or does not.",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const file = await readPlanFile(path);
    const published = await withOperator(values, (operator) => operator.publishPlan(file));
    io.say(`Published: plans/${published.plan}/, revision ${published.revision}`);
    io.say(`SHA-256    ${published.sha256}, entry ${published.index} of the ledger`);
    io.result(published);
    return 0;
  },
};

export const planAnnounce: Command = {
  name: "plan announce",
  summary: "Tell everyone something about a published plan, in all its languages: on its page, in its feeds, in the ledger.",
  positionals: ["FILE"],
  options: DATA_OPTION,
  examples: ["amana plan announce half-time.yaml --data ./data"],
  notes: ["A file to copy: examples/plan/announcement.yaml in Amana's repository. It cannot be changed afterwards: announce again."],
  async run({ positionals: [path = ""], values }, io) {
    const file = await readDocument(path);
    const published = await withOperator(values, (operator) => operator.announce(file));
    io.say(`Announced. SHA-256 ${published.sha256}, entry ${published.index} of the ledger`);
    io.result(published);
    return 0;
  },
};
