import {
  buildRelease,
  commitShareList,
  countRound,
  disputeSilence,
  nameAbsent,
  notSigning,
  presentAttempt,
  releaseDigest,
  reveal,
  signAndSend,
  WaitingForReveals,
} from "@amana/client/trustee";
import { isAmanaError } from "@amana/core/errors";
import { withBar } from "../../terminal/bars.ts";
import type { Io } from "../../terminal/io.ts";
import { revealRandomness } from "./reveal-randomness.ts";
import type { RoundSession } from "./session.ts";
import type { StepReport } from "./step-report.ts";

export async function commit(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, work, keys } = session;
  await withBar(io, "Opening your shares", (progress) => commitShareList(transport, history, work.holdings, keys, io.now(), progress));
  io.say("Committed to your share list.");
  return { step: "commit", code: 0 };
}

export async function revealShares(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, work, keys, holder } = session;
  const attempt = presentAttempt(history)?.number ?? null;
  const rng = revealRandomness(keys, history.seen.id, attempt ?? 0, history.shareLists.get(holder)?.commitment ?? "");
  await withBar(io, "Sealing your shares", (progress) => reveal(transport, history, work.holdings, keys, io.now(), rng, progress));
  await work.writeState({ revealed: attempt, signed: false });
  io.say("Revealed your share list to the openers.");
  return { step: "reveal", code: 0 };
}

/** Counts, builds the release, and signs it. Openers that wait too long name the silent ones absent. */
export async function countAndSign(session: RoundSession, io: Io, sign: boolean): Promise<StepReport> {
  const { transport, history, work, keys, programme } = session;
  try {
    const count = await withBar(io, "Opening and counting", (progress) => countRound(transport, history, work.holdings, keys, progress));
    const built = await buildRelease(transport, programme, history, count);
    const digest = releaseDigest(built.release);
    await work.writeBallots(count.audiences.map(({ audience, answers, comments }) => ({ audience, answers, comments })));
    const folder = await work.writeRelease(built.release, built.files);
    for (const { audience, counted, withdrawn, invalid, unopened, missing } of count.audiences) {
      io.say(
        `${audience.padEnd(16)} counted ${counted} · withdrawn ${withdrawn} · invalid ${invalid} · unopened ${unopened} · missing ${missing}`,
      );
    }
    io.say(`Release   ${digest}   (all openers must get the same)`);
    io.say(`Files     ${folder}`);
    if (sign) {
      await signAndSend(transport, history, built, keys);
      await work.writeState({ ...(await work.readState()), signed: true, signedAt: io.now().getTime() / 1000 });
      io.say("Signed.");
    }
    return { step: sign ? "sign" : "count", code: 0, digest };
  } catch (error) {
    if (!(error instanceof WaitingForReveals)) throw error;
    return waitOrNameAbsent(session, io, error);
  }
}

async function waitOrNameAbsent({ transport, history, keys }: RoundSession, io: Io, { holders }: WaitingForReveals): Promise<StepReport> {
  const { trustees } = history.seen.manifest;
  const { deadlines } = history.times;
  const names = holders.map((holder) => trustees[holder]?.organisation ?? String(holder));
  const attempt = presentAttempt(history);
  const due = deadlines.commitBy + deadlines.revealSpan * ((attempt?.number ?? 0) + 1);
  const overdue = attempt !== null && io.now().getTime() / 1000 > due;
  if (overdue && (await taken(() => nameAbsent(transport, history, attempt, holders, keys)))) {
    io.warn(`Named absent, as it did not reveal in time: ${names[0]}`);
    return { step: "absent", code: 0, absent: names.slice(0, 1) };
  }
  io.say(`Waiting for the share lists of: ${names.join(", ")}`);
  return { step: "wait", code: 0, for: names };
}

/**
 * Waits for the release after this trustee signed. An opener that took the lists and does not sign the same release within two spans
 * would hold it up for ever: then this trustee opens with others.
 */
export async function waitOrDispute({ transport, history, keys, work }: RoundSession, io: Io): Promise<StepReport | null> {
  const { trustees } = history.seen.manifest;
  const { deadlines } = history.times;
  const { signedAt } = await work.readState();
  if (signedAt === undefined || io.now().getTime() / 1000 <= signedAt + 2 * deadlines.revealSpan) return null;
  const [silent] = await notSigning(transport, history, keys);
  if (silent === undefined || !(await taken(() => disputeSilence(transport, history, silent, keys)))) return null;
  const name = trustees[silent]?.organisation ?? String(silent);
  io.warn(`Named as not signing what you counted: ${name}. You open with the others now.`);
  return { step: "fault", code: 0, absent: [name] };
}

/** The server counts the time to reveal from when it saw that reveals were due, which may be later: then nobody is absent yet. */
async function taken(log: () => Promise<void>): Promise<boolean> {
  try {
    await log();
    return true;
  } catch (error) {
    if (!isAmanaError(error, "ERR_ENTRY_REFUSED") && !isAmanaError(error, "ERR_NOT_DUE")) throw error;
    return false;
  }
}
