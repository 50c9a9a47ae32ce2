import { operatorClient } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";
import { readRoundFile } from "./round-file.ts";

/** The data folder that operators' commands work on, through the running server or without one. */
export const DATA_OPTION = { data: { type: "string", value: "FOLDER", describe: "data folder of the server" } } as const;

export const roundCreate: Command = {
  name: "round create",
  summary: "Prepare a round from a file: checks everything, names every mistake at once, and makes the issuers' keys.",
  positionals: ["FILE"],
  options: { ...DATA_OPTION, preview: { type: "boolean", describe: "check and show, store nothing" } },
  examples: ["amana round create wave-2026.yaml --data ./data", "amana round create wave-2026.yaml --preview"],
  async run({ positionals: [path = ""], values }, io) {
    const draft = await readRoundFile(path, io.now());
    const { round, audiences, trustees, handlers, threshold, windows } = draft.manifest;
    io.say(`Round ${round}`);
    for (const audience of audiences)
      io.say(
        `  ${audience.id}: ${audience.rosterSize} people, minimum group ${audience.minimumGroup}, issuers ${audience.issuers.map(({ name }) => name).join(", ")}`,
      );
    io.say(`  opened by ${threshold} of ${[...trustees, ...handlers].map(({ organisation }) => organisation).join(", ")}`);
    io.say(
      `  answers from ${new Date(windows.answeringOpen * 1000).toISOString()} to ${new Date(windows.answeringClose * 1000).toISOString()}`,
    );
    if (values.preview === true) {
      io.result({ round, stored: false });
      return 0;
    }
    const operator = await operatorClient(text(values, "data", true));
    try {
      await operator.createDraft(draft);
    } finally {
      await operator.close();
    }
    io.say(
      audiences.length > 0
        ? "Stored. Next: amana invitations create, for each audience."
        : "Stored. Next: the handlers rehearse and co-sign (amana trustee cosign).",
    );
    io.result({ round, stored: true });
    return 0;
  },
};
