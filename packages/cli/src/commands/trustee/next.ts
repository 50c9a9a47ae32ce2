import { fetchDrafts, nextStep } from "@amana/client/trustee";
import { isAmanaError } from "@amana/core/errors";
import { type Command, text } from "../../terminal/command.ts";
import type { Io } from "../../terminal/io.ts";
import { oneLine } from "../../terminal/printable.ts";
import { proposedFor } from "./amend.ts";
import { cosignRound } from "./cosign.ts";
import { destroyKey, finishDestruction, halfDestroyed } from "./destroy.ts";
import { hold } from "./hold.ts";
import { KEY_OPTIONS, openRoundSession, openSession, type Session } from "./session.ts";
import type { StepReport } from "./step-report.ts";
import { commit, countAndSign, revealShares, waitOrDispute } from "./steps.ts";

const WAITS: Readonly<Record<string, string>> = {
  close: "Nothing is due. Waiting for the round to close.",
  commitments: "You have committed. Waiting for the other trustees, or for the end of the time to commit.",
  opening: "The time to commit is over. The others open without you.",
  release: "Nothing is due. Waiting for the release to be published.",
};

export const next: Command = {
  name: "trustee next",
  summary: "Do whatever is due for you, in every round of your key file, and say what it waits for.",
  positionals: [],
  options: { ...KEY_OPTIONS, backup: { type: "string", describe: "your backup, for co-signing" } },
  examples: ["amana trustee next --key customs.key", "amana trustee next --key customs.key --round wave-2026 --json"],
  async run({ values }, io) {
    const session = await openSession(values, io);
    const only = text(values, "round");
    const drafts = await fetchDrafts(session.transport);
    const reports: StepReport[] = [];
    for (const round of Object.keys(session.keyFile.rounds)) {
      if (only !== undefined && only !== round) continue;
      io.say(`Round ${round}`);
      if (drafts.includes(round)) reports.push({ step: await cosignRound(session, round, values, io), code: 0 });
      else reports.push(...(await goOn(session, round, io)));
    }
    for (const round of await halfDestroyed(session)) {
      if (only === undefined || only === round) reports.push(await finishDestruction(session, round, io));
    }
    if (reports.length === 0) io.say("Nothing is due.");
    io.result({ steps: reports });
    return Math.max(0, ...reports.map(({ code }) => code));
  },
};

/** Does step after step until one waits. The history is read anew before each: every step changes the ledger. */
async function goOn(session: Session, round: string, io: Io): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (;;) {
    let here: Awaited<ReturnType<typeof openRoundSession>>;
    try {
      here = await openRoundSession(session, round, io);
    } catch (error) {
      if (!isAmanaError(error, "ERR_ROUND_UNKNOWN")) throw error;
      io.say("The operator has not prepared this round yet.");
      return [{ step: "wait", code: 0, for: "draft" }];
    }
    const { cancelled } = here.history.times;
    if (cancelled !== null) {
      io.say("This round was cancelled: nobody opens it.");
      for (const [locale, reason] of Object.entries(cancelled)) io.say(`  ${locale}: ${oneLine(reason)}`);
    } else if (reports.length === 0 && (await proposedFor(here, io))) reports.push({ step: "amend", code: 0 });
    if (here.history.seen.manifest.kind === "reports" && cancelled === null) {
      io.say("The channel is live. Read it with: amana reports list");
      return [...reports, { step: "done", code: 0 }];
    }
    const state = await here.work.readState();
    const due = nextStep(here.history, here.holder, state, io.now());
    if (due.step === "hold") reports.push(await hold(here, io));
    else if (due.step === "commit") reports.push(await commit(here, io));
    else if (due.step === "reveal") reports.push(await revealShares(here, io));
    else if (due.step === "count") {
      const report = await countAndSign(here, io, true);
      reports.push(report);
      if (report.step === "wait") return reports;
    } else if (due.step === "destroy") {
      reports.push(await destroyKey(here, io));
      return reports;
    } else {
      const dispute = due.step === "wait" && due.for === "release" && state.signed ? await waitOrDispute(here, io) : null;
      if (dispute !== null) {
        reports.push(dispute);
        continue;
      }
      if (due.step === "wait") io.say(WAITS[due.for] ?? "");
      reports.push({ ...due, code: 0 });
      return reports;
    }
  }
}
