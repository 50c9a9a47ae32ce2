import { type Command, text, UsageError } from "../../terminal/command.ts";
import { readDocument } from "../operator/files.ts";
import { appendTo } from "./edit.ts";
import { readPlanFile } from "./session.ts";

const LISTS = { finding: "findings", statement: "statements", measure: "measures" } as const;

export const planAdd: Command = {
  name: "plan add",
  summary: "Add a finding, a statement or a measure to a plan's file. Comments in it stay; nothing is published.",
  positionals: ["FILE"],
  options: {
    finding: { type: "string", describe: "YAML of one finding" },
    statement: { type: "string", describe: "YAML of one statement" },
    measure: { type: "string", describe: "YAML of one measure" },
  },
  examples: ["amana plan add plan-2027.yaml --measure publish-fees.yaml"],
  notes: ["What each holds: examples/plan/plan.yaml in Amana's repository. One at a time; then amana plan check."],
  async run({ positionals: [path = ""], values }, io) {
    const given = (Object.keys(LISTS) as (keyof typeof LISTS)[]).filter((kind) => text(values, kind) !== undefined);
    const [kind] = given;
    if (kind === undefined || given.length > 1) throw new UsageError("One of --finding, --statement, --measure");
    const value = await readDocument(text(values, kind, true));
    await readPlanFile(path);
    const file = await appendTo(path, LISTS[kind], value);
    const added = file[LISTS[kind]].at(-1)?.id ?? "";
    io.say(`Added ${kind} ${added} to ${path}. Next: amana plan check.`);
    io.result({ plan: file.plan, added: { kind, id: added } });
    return 0;
  },
};
