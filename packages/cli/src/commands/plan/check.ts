import type { Command } from "../../terminal/command.ts";
import { CHECK_FAILED } from "../../terminal/io.ts";
import { judgePlan } from "./session.ts";
import { SOURCE_OPTION } from "./source.ts";

export const planCheck: Command = {
  name: "plan check",
  summary:
    "Name every gap of a joint action plan at once: figures that no release carries, promises that no wave can measure, a side that owns nothing.",
  positionals: ["FILE"],
  options: SOURCE_OPTION,
  examples: [
    "amana plan check plan-2027.yaml --from https://feedback.example.org/",
    "amana plan check plan-2027.yaml --from ./mirror --json",
  ],
  notes: [
    "A file to copy, with a comment on every field: examples/plan/plan.yaml in Amana's repository. Exit code 1: it has gaps.",
    "Figures are looked up in releases/<round>/results.json, whose hash the signed release lists. amana verify checks the signatures.",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const { file, plan, previous, gaps } = await judgePlan(path, values, io);
    const revision = previous === null ? 0 : previous.revision + 1;
    if (plan !== null) {
      io.say(
        `${file.plan}: no gaps. ${plan.measures.length} measures for ${plan.findings.length} findings; it would be revision ${revision}.`,
      );
    } else {
      io.say(`${file.plan} has ${gaps.length === 1 ? "1 gap" : `${gaps.length} gaps`}:`);
      for (const { path: place, message } of gaps) io.say(`  ${place}  ${message}`);
    }
    io.result({ plan: file.plan, revision, gaps });
    return plan === null ? CHECK_FAILED : 0;
  },
};
