import { operatorClient, type Status } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";
import { DATA_OPTION } from "./round.ts";

export const status: Command = {
  name: "status",
  summary: "What the rounds are doing, and what drafts wait for.",
  positionals: [],
  options: DATA_OPTION,
  examples: ["amana status --data ./data", "amana status --data ./data --json"],
  async run({ values }, io) {
    const operator = await operatorClient(text(values, "data", true));
    try {
      const report = await operator.status();
      for (const line of linesOf(report)) io.say(line);
      io.result(report);
    } finally {
      await operator.close();
    }
    return 0;
  },
};

function linesOf({ digits, trial, ledgerSize, rounds, drafts }: Status): string[] {
  return [
    `Programme  ${digits}${trial ? "   trial: it protects nobody" : ""}`,
    `Ledger     ${ledgerSize} entries`,
    ...rounds.map(({ name, kind, state, sealed, waiting, committed, openers }) =>
      [
        `${name.padEnd(20)} ${kind.padEnd(12)} ${state.padEnd(10)} ${sealed} in the ledger, ${waiting} waiting`,
        committed.length > 0 ? `committed: ${committed.join(", ")}` : "",
        openers.length > 0 ? `opened by: ${openers.join(", ")}` : "",
      ]
        .filter((part) => part !== "")
        .join("; "),
    ),
    ...drafts.map(({ round, invitations, cosigned, missing }) =>
      invitations
        ? `${round.padEnd(20)} draft        co-signed by ${cosigned.join(", ") || "nobody yet"}; waits for ${missing.join(", ") || "nobody"}`
        : `${round.padEnd(20)} draft        waits for its invitations`,
    ),
    ...(rounds.length + drafts.length === 0 ? ["No rounds yet. Next: amana round create."] : []),
  ];
}
