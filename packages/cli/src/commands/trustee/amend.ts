import { checkProposal, cosignAmendment, fetchProposal, fetchProposals, type RoundHistory, signedAnother } from "@amana/client/trustee";
import { type AmendmentChange, amendmentQuorum, type SignedAmendment } from "@amana/core/manifest";
import { signedAmendments } from "../../keys/work-folder.ts";
import { type Command, text } from "../../terminal/command.ts";
import { COULD_NOT, type Io } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";
import { KEY_OPTIONS, openRoundSession, openSession, type RoundSession } from "./session.ts";

export const trusteeAmend: Command = {
  name: "trustee amend",
  summary: "Read a change that the operator proposes for a live round, and sign it if your organisation agrees.",
  positionals: [],
  options: { ...KEY_OPTIONS, yes: { type: "boolean", describe: "sign without asking: only after you have read what changes" } },
  examples: ["amana trustee amend --key customs.key --round wave-2026"],
  notes: ["Handlers sign changes of their channel the same way. What is signed cannot be taken back: the operator may log it."],
  async run({ values }, io) {
    const session = await openRoundSession(await openSession(values, io), text(values, "round", true), io);
    const { transport, programme, history, keys, holder } = session;
    const signed = signedAmendments(session.keyPath, session.keyFile);
    const { round } = history.seen.manifest;
    const proposal = await fetchProposal(transport, history);
    checkProposal(history, proposal, programme, io.now());
    showProposal(session, proposal, io);
    if (proposal.cosignatures.some((each) => each.holder === holder)) {
      io.say("You have signed it.");
      io.result({ round, step: "nothing" });
      return 0;
    }
    if (await signedAnother(history, proposal, signed))
      io.warn(
        "You have signed another change of this round before, and it is not in the ledger: the operator could log either of the two.",
      );
    if (values.yes !== true) {
      const answer = await io.ask("Does your organisation agree? It cannot be taken back. (yes/no) ");
      if (answer?.trim().toLowerCase() !== "yes") {
        io.warn(answer === null ? "Nothing was signed: there is nobody to ask. Read what changes, then use --yes." : "Nothing was signed.");
        io.result({ round, step: "nothing" });
        return answer === null ? COULD_NOT : 0;
      }
    }
    const logged = await cosignAmendment(transport, programme, history, proposal, keys, io.now(), signed);
    io.say(logged ? "Signed. It is in the ledger now." : "Signed. It waits for others.");
    io.result({ round, step: "signed", logged });
    return 0;
  },
};

/** What `trustee next` says about changes of a round: one that waits for this trustee, one that was signed and never logged. @returns whether one waits */
export async function proposedFor(session: RoundSession, io: Io): Promise<boolean> {
  const { transport, history, holder, keyPath, keyFile } = session;
  const { round } = history.seen.manifest;
  const signed = await signedAmendments(keyPath, keyFile).get(round, history.times.amendments);
  if (!(await fetchProposals(transport)).includes(round)) {
    if (signed !== null) io.say("A change that you signed is not in the ledger. If the operator did not withdraw it, ask why.");
    return false;
  }
  const proposal = await fetchProposal(transport, history);
  if (proposal.cosignatures.some((each) => each.holder === holder)) {
    io.say("A change that you signed waits for other key holders.");
    return false;
  }
  showProposal(session, proposal, io);
  io.say(`To sign it: amana trustee amend --round ${round}`);
  return true;
}

function showProposal({ history }: RoundSession, { change, cosignatures }: SignedAmendment, io: Io): void {
  const { manifest } = history.seen;
  io.say(`The operator proposes a change of ${manifest.round}. ${cosignatures.length} of ${amendmentQuorum(manifest)} have signed it.`);
  for (const line of inWords(change, history)) io.say(`  ${line}`);
}

/** A change in plain words, by what the ledger says now. */
export function inWords(change: AmendmentChange, { times: { windows, deadlines } }: Pick<RoundHistory, "times">): string[] {
  const at = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
  switch (change.kind) {
    case "lengthen":
      return [
        `Answers are taken until ${at(change.answeringClose)}, instead of ${at(windows.answeringClose)}.`,
        `You may commit until ${at(change.commitBy)}, instead of ${at(deadlines.commitBy)}.`,
      ];
    case "close-early":
      return [`Answers are taken until ${at(change.answeringClose)} only, instead of ${at(windows.answeringClose)}.`];
    case "cancel":
      return [
        "The round is CANCELLED. Nobody opens an answer; every envelope and every key of the round is destroyed. It cannot be undone.",
        ...Object.entries(change.reason).map(([locale, reason]) => `Everyone reads why (${locale}): ${oneLine(reason)}`),
      ];
  }
}
