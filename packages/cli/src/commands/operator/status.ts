import { operatorClient } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";
import { DATA_OPTION } from "./round.ts";

export const status: Command = {
  name: "status",
  summary: "What the rounds are doing, and what each waits for.",
  positionals: [],
  options: DATA_OPTION,
  examples: ["amana status --data ./data", "amana status --data ./data --json"],
  async run({ values }, io) {
    const operator = await operatorClient(text(values, "data", true));
    try {
      const report = await operator.status();
      io.say(JSON.stringify(report, null, 2));
      io.result(report);
    } finally {
      await operator.close();
    }
    return 0;
  },
};
