import { consultationOutcome, isExact, isSuppressed, type Share, type Shown } from "@amana/results";
import { table } from "../../terminal/columns.ts";
import type { Command } from "../../terminal/command.ts";
import { SOURCE_OPTION, sourceOf } from "../plan/source.ts";
import { ROUNDS_OPTION, readRounds, roundsOf } from "./files.ts";

export const consultationOutcomeCommand: Command = {
  name: "consultation outcome",
  summary: "Say what each statement has come to: common ground, shared rejection, a bridge needed, or open; and whether it is asked again.",
  positionals: [],
  options: { ...SOURCE_OPTION, ...ROUNDS_OPTION },
  examples: [
    "amana consultation outcome --round talk-1 --from https://feedback.example.org/",
    "amana consultation outcome --round talk-1 --round talk-2 --from https://feedback.example.org/ --json",
  ],
  notes: [
    "Everything follows from the signed results and from the rules that the analysis plan fixed before the first round: nobody decides it.",
    "Common ground: in every side the lower limit of agreement is at least a half, and the smoothed share at least 60 %.",
  ],
  async run({ values }, io) {
    const { rounds, rules } = await readRounds(sourceOf(values, io), roundsOf(values));
    const outcomes = consultationOutcome(rounds, rules);
    io.say(`After round ${rounds.length} of at most ${rules.rounds}:`);
    const rows = outcomes.map(({ id, class: found, outcome, sides }) => [
      id,
      found,
      outcome,
      sides.map(({ audience, agree }) => `${audience} ${written(agree)}`).join(", "),
    ]);
    for (const line of table(rows)) io.say(`  ${line}`);
    io.result({ rules, round: rounds.length, statements: outcomes });
    return 0;
  },
};

function written(share: Shown<Share>): string {
  if (isSuppressed(share)) return "hidden";
  if (isExact(share)) return `${share.value} %`;
  return "atMost" in share ? `≤ ${share.atMost} %` : `≥ ${share.atLeast} %`;
}
