import {
  buildRelease,
  commitShareList,
  countRound,
  disputeLate,
  nameOverdue,
  presentAttempt,
  releaseDigest,
  reveal,
  revealRandomness,
  signAndSend,
  WaitingForReveals,
} from "@amana/client/trustee";
import { withBar } from "../../terminal/bars.ts";
import type { Io } from "../../terminal/io.ts";
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
  const nameOf = (holder: number): string => trustees[holder]?.organisation ?? String(holder);
  const absent = await nameOverdue(transport, history, holders, keys, io.now());
  if (absent !== null) {
    io.warn(`Named absent, as it did not reveal in time: ${nameOf(absent)}`);
    return { step: "absent", code: 0, absent: [nameOf(absent)] };
  }
  const names = holders.map(nameOf);
  io.say(`Waiting for the share lists of: ${names.join(", ")}`);
  return { step: "wait", code: 0, for: names };
}

/** Waits for the release after this trustee signed, or opens with others once an opener is too late. */
export async function waitOrDispute({ transport, history, keys, work }: RoundSession, io: Io): Promise<StepReport | null> {
  const { signedAt } = await work.readState();
  const silent = signedAt === undefined ? null : await disputeLate(transport, history, keys, signedAt, io.now());
  if (silent === null) return null;
  const name = history.seen.manifest.trustees[silent]?.organisation ?? String(silent);
  io.warn(`Named as not signing what you counted: ${name}. You open with the others now.`);
  return { step: "fault", code: 0, absent: [name] };
}
