import { type Command, text } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { destroyKey, finishDestruction, halfDestroyed } from "./destroy.ts";
import { hold } from "./hold.ts";
import { KEY_OPTIONS, openRoundSession, openSession, type RoundSession } from "./session.ts";
import type { StepReport } from "./step-report.ts";
import { commit, countAndSign, revealShares } from "./steps.ts";

/** A command that does one named step of a live round. */
function single(step: string, summary: string, run: (session: RoundSession, io: Io) => Promise<StepReport>): Command {
  return {
    name: `trustee ${step}`,
    summary,
    positionals: [],
    options: KEY_OPTIONS,
    examples: [`amana trustee ${step} --key customs.key --round wave-2026`],
    async run({ values }, io) {
      const session = await openSession(values, io);
      const round = text(values, "round", true);
      const half = step === "destroy" && (await halfDestroyed(session)).includes(round);
      const report = half ? await finishDestruction(session, round, io) : await run(await openRoundSession(session, round, io), io);
      io.result(report);
      return report.code;
    },
  };
}

/** The steps of an opening, one by one. `trustee next` does whichever is due. */
export const singleSteps: readonly Command[] = [
  single("hold", "Fetch and keep the sealed envelopes of every epoch, and log which could not be had.", hold),
  single("commit", "After the close: commit to your share list, before anyone reveals.", commit),
  single("reveal", "Seal your share list to the trustees who open.", revealShares),
  single("count", "Open and count, without signing: look at the result first.", (session, io) => countAndSign(session, io, false)),
  single("sign", "Count and sign the release.", (session, io) => countAndSign(session, io, true)),
  single("destroy", "After the release: destroy the round's key.", destroyKey),
];
