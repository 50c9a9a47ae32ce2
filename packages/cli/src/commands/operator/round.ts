import type { DraftInput } from "@amana/server";
import { type Command, text } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { DATA_OPTION, withOperator } from "./data-folder.ts";
import { readRoundFile } from "./round-file.ts";

export const roundCreate: Command = {
  name: "round create",
  summary: "Prepare a round from a file: checks everything, names every mistake at once, and makes the issuers' keys.",
  positionals: ["FILE"],
  options: { ...DATA_OPTION, preview: { type: "boolean", describe: "check the file and what it names, show it, store nothing" } },
  examples: ["amana round create wave-2026.yaml --data ./data", "amana round create wave-2026.yaml --preview"],
  notes: [
    "Files to copy, with a comment on every field: examples/operator/wave.yaml and examples/operator/reports.yaml",
    "in Amana's repository. Paths in a file are relative to the file.",
  ],
  async run({ positionals: [path = ""], values }, io) {
    const preview = values.preview === true;
    if (!preview) text(values, "data", true);
    const draft = await readRoundFile(path, io.now());
    const { round, audiences } = draft.manifest;
    if (!preview) await withOperator(values, (operator) => operator.createDraft(draft));
    show(draft, io);
    if (preview) io.say("Nothing was stored: this was a preview.");
    else if (audiences.length > 0) io.say("Stored. Next: amana invitations create, for each audience.");
    else io.say("Stored. Next: the handlers rehearse and co-sign (amana trustee cosign).");
    io.result({ round, stored: !preview });
    return 0;
  },
};

export const roundDiscard: Command = {
  name: "round discard",
  summary: "Forget a round that is not live yet, with its issuers' keys and its invitations: codes made for it are void.",
  positionals: ["NAME"],
  options: DATA_OPTION,
  examples: ["amana round discard wave-2026 --data ./data"],
  async run({ positionals: [round = ""], values }, io) {
    await withOperator(values, (operator) => operator.discardDraft(round));
    io.say(`Discarded ${round}. Codes that were made for it open nothing.`);
    io.result({ round, discarded: true });
    return 0;
  },
};

function show(
  { manifest: { round, kind, audiences, trustees, handlers, threshold, windows, deadlines, relay } }: DraftInput,
  io: Io,
): void {
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  io.say(`Round ${round}, ${kind}`);
  for (const { id, rosterSize, minimumGroup, issuers } of audiences)
    io.say(
      `  ${id}: ${rosterSize} people, minimum group ${minimumGroup}, issuers ${issuers.map((issuer) => ("offer" in issuer ? `${issuer.offer.issuer.name} (its own process)` : issuer.name)).join(", ")}`,
    );
  io.say(`  opened by ${threshold} of ${[...trustees, ...handlers].map(({ organisation }) => organisation).join(", ")}`);
  if (kind !== "reports") io.say(`  enrolment    ${at(windows.enrolmentOpen)} to ${at(windows.enrolmentClose)}`);
  io.say(`  answers      ${at(windows.answeringOpen)} to ${at(windows.answeringClose)}`);
  if (relay !== null)
    io.say(
      `  through      the relay of ${relay.organisation} at ${relay.origin}, released ${at(windows.answeringClose - relay.releaseLead)}`,
    );
  if (kind !== "reports") io.say(`  commitments  until ${at(deadlines.commitBy)}`);
}
