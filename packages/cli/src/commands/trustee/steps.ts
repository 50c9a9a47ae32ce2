import {
  buildRelease,
  commitShareList,
  countRound,
  damagedHoldings,
  destroy,
  epochsToHold,
  holdEpoch,
  nameAbsent,
  presentAttempt,
  releaseDigest,
  reveal,
  signAndSend,
  WaitingForReveals,
} from "@amana/client/trustee";
import { AmanaError } from "@amana/core/errors";
import { writeKeyFile } from "../../keys/key-file.ts";
import { type Bar, CHECK_FAILED, type Io } from "../../terminal/io.ts";
import type { RoundSession } from "./session.ts";

/** What a step leaves to print: fixed facts of the round. */
export interface StepReport {
  readonly step: string;
  readonly code: number;
  readonly [fact: string]: unknown;
}

/** Fetches and keeps every sealed epoch not held yet, and checks what was kept before. */
export async function hold(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, holder, work, keys, view } = session;
  const damaged = await damagedHoldings(history, work.holdings);
  for (const leafHash of damaged) io.warn(`✗ envelope ${leafHash} is damaged on this machine`);
  const epochs = epochsToHold(history, holder);
  let missing = 0;
  for (const [done, epoch] of epochs.entries()) {
    missing += (await holdEpoch(transport, history, epoch, work.holdings, keys, view.checkpoint.size)).length;
    io.say(`Held epoch ${epoch.to} (${done + 1} of ${epochs.length}).`);
  }
  if (missing > 0) io.warn(`✗ ${missing} envelopes could not be had: the ledger says so now, and the operator must answer for it.`);
  return { step: "hold", code: missing + damaged.length > 0 ? CHECK_FAILED : 0, epochs: epochs.length, missing, damaged };
}

export async function commit(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, work, keys } = session;
  await withBar(io, "Opening your shares", (progress) => commitShareList(transport, history, work.holdings, keys, io.now(), progress));
  io.say("Committed to your share list.");
  return { step: "commit", code: 0 };
}

export async function revealShares(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, work, keys } = session;
  await withBar(io, "Sealing your shares", (progress) => reveal(transport, history, work.holdings, keys, io.now(), undefined, progress));
  await work.writeState({ revealed: presentAttempt(history)?.number ?? null, signed: false });
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
      await work.writeState({ ...(await work.readState()), signed: true });
      io.say("Signed.");
    }
    return { step: sign ? "sign" : "count", code: 0, digest };
  } catch (error) {
    if (!(error instanceof WaitingForReveals)) throw error;
    return waitOrNameAbsent(session, io, error);
  }
}

async function waitOrNameAbsent({ transport, history, keys }: RoundSession, io: Io, { holders }: WaitingForReveals): Promise<StepReport> {
  const { trustees, deadlines } = history.seen.manifest;
  const names = holders.map((holder) => trustees[holder]?.organisation ?? String(holder));
  const attempt = presentAttempt(history);
  const due = deadlines.commitBy + deadlines.revealSpan * ((attempt?.number ?? 0) + 1);
  if (attempt === null || io.now().getTime() / 1000 <= due) {
    io.say(`Waiting for the share lists of: ${names.join(", ")}`);
    return { step: "wait", code: 0, for: names };
  }
  await nameAbsent(transport, history, attempt, holders, keys);
  io.warn(`Named absent, as they did not reveal in time: ${names.join(", ")}`);
  return { step: "absent", code: 0, absent: names };
}

export async function destroyKey(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, work, keys, keyFile, keyPath, passphrase } = session;
  const round = history.seen.manifest.round;
  const { [round]: gone, ...rounds } = keyFile.rounds;
  if (gone === undefined) throw new AmanaError("ERR_KEY_FILE");
  await destroy(transport, history, work.holdings, keys, () => writeKeyFile(keyPath, { ...keyFile, rounds }, passphrase));
  io.say("The round's key is destroyed, here and in the ledger. Destroy the line of this round in your printed backup too.");
  return { step: "destroy", code: 0 };
}

async function withBar<T>(io: Io, label: string, work: (progress: (done: number, total: number) => void) => Promise<T>): Promise<T> {
  let bar: Bar | null = null;
  try {
    return await work((done, total) => {
      bar ??= io.progress(label, total);
      bar.update(done);
    });
  } finally {
    (bar as Bar | null)?.stop();
  }
}
