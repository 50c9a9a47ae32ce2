import { AmanaError } from "@amana/core/errors";
import { jointPriorities } from "@amana/results";
import { table } from "../../terminal/columns.ts";
import { type Command, nameOption } from "../../terminal/command.ts";
import { readReleased, SOURCE_OPTION, sourceOf } from "../plan/source.ts";

export const consultationPriorities: Command = {
  name: "consultation priorities",
  summary: "Put the factors of a wave into the order in which both sides together want them improved, so that neither is outvoted.",
  positionals: [],
  options: { ...SOURCE_OPTION, round: { type: "string", value: "NAME", describe: "a released wave" } },
  examples: ["amana consultation priorities --round wave-2026 --from https://feedback.example.org/"],
  notes: [
    "A side's score of a factor: the share that chose it among the first to improve, times what its index lacks to 100. Each side ranks by its own",
    "scores; the order goes by the lower of a factor's ranks: what one side puts first stands at the top, however many the others are.",
  ],
  async run({ values }, io) {
    const round = nameOption(values, "round");
    const released = await readReleased(sourceOf(values, io), round);
    if (released === null) throw new AmanaError("ERR_NOT_FOUND");
    const priorities = jointPriorities(released.results);
    const rows = priorities.map(({ factor, sides }, place) => [
      String(place + 1),
      factor,
      ...sides.map((side) => (side === null ? "hidden" : `${side.audience} ${side.rank} (${side.score.toFixed(1)})`)),
    ]);
    for (const line of table(rows)) io.say(`  ${line}`);
    io.result({ round, release: released.release, priorities });
    return 0;
  },
};
