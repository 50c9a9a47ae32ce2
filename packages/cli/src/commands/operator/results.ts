import { type Command, nameOption } from "../../terminal/command.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";

export const resultsPublish: Command = {
  name: "results publish",
  summary: "Say where a round's release is published. It publishes itself with the k-th signature; this makes sure of it.",
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
