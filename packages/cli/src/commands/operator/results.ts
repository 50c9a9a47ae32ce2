import { type Command, nameOption } from "../../terminal/command.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const resultsPublish: Command = {
  name: "results publish",
  summary: "Publish the release that k trustees have signed: it goes into the ledger and its pages are served.",
  positionals: [],
  options: { ...DATA_OPTION, round: { type: "string", value: "NAME", describe: "name of the round" } },
  examples: ["amana results publish --data ./data --round wave-2026"],
  async run({ values }, io) {
    const round = nameOption(values, "round");
    const published = await withOperator(values, (operator) => operator.publishRelease(round));
    io.say(`Published: releases/${round}/`);
    io.result({ round, ...published });
    return 0;
  },
};
