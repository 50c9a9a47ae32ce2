import { operatorClient } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";
import { DATA_OPTION } from "./round.ts";

export const resultsPublish: Command = {
  name: "results publish",
  summary: "Publish the release that k trustees have signed: it goes into the ledger and its pages are served.",
  positionals: [],
  options: { ...DATA_OPTION, round: { type: "string", value: "NAME", describe: "name of the round" } },
  examples: ["amana results publish --data ./data --round wave-2026"],
  async run({ values }, io) {
    const round = text(values, "round", true);
    const operator = await operatorClient(text(values, "data", true));
    try {
      const published = await operator.publishRelease(round);
      io.say(`Published: releases/${round}/`);
      io.result({ round, ...published });
    } finally {
      await operator.close();
    }
    return 0;
  },
};
