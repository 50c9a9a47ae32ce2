import { damagedHoldings, epochsToHold, holdEpoch } from "@amana/client/trustee";
import { toHex } from "@amana/core/bytes";
import { CHECK_FAILED, type Io } from "../../terminal/io.ts";
import { goneOf } from "./doctor.ts";
import type { RoundSession } from "./session.ts";
import type { StepReport } from "./step-report.ts";

/**
 * Fetches and keeps every sealed epoch not held yet, and checks what was kept before: a damaged envelope is fetched again. What the server
 * does not give is named, and fails the step.
 */
export async function hold(session: RoundSession, io: Io): Promise<StepReport> {
  const { transport, history, holder, work, keys, view } = session;
  const broken = await brokenOf(session);
  for (const leafHash of broken) io.warn(`✗ envelope ${leafHash} is damaged or gone on this machine`);
  const epochs = epochsToHold(history, holder);
  const again = history.epochs.filter(
    (epoch) => !epochs.includes(epoch) && epoch.leaves.some(({ leafHash }) => broken.includes(toHex(leafHash))),
  );
  const notGiven: string[] = [];
  for (const [done, epoch] of [...epochs, ...again].entries()) {
    const lacking = await holdEpoch(transport, history, epoch, work.holdings, keys, view.checkpoint.size);
    if (epochs.includes(epoch)) notGiven.push(...lacking);
    io.say(`Held epoch ${epoch.to} (${done + 1} of ${epochs.length + again.length}).`);
  }
  const lost = await brokenOf(session);
  const repaired = broken.filter((leafHash) => !lost.includes(leafHash));
  for (const leafHash of repaired) io.say(`✓ envelope ${leafHash} was damaged and is repaired`);
  for (const leafHash of lost) io.warn(`✗ envelope ${leafHash} stays damaged: the server did not give it again`);
  for (const leafHash of notGiven) io.warn(`✗ envelope ${leafHash} could not be had`);
  if (notGiven.length > 0) io.warn("The ledger says so now, and the operator must answer for it.");
  return {
    step: "hold",
    code: notGiven.length + lost.length > 0 ? CHECK_FAILED : 0,
    epochs: epochs.length,
    missing: notGiven.length,
    notGiven,
    repaired,
    damaged: lost,
  };
}

/** Leaf hashes of envelopes that were held and are not, or not soundly, here. */
async function brokenOf({ history, holder, work }: RoundSession): Promise<string[]> {
  const damaged = await damagedHoldings(history, work.holdings);
  return [...damaged, ...goneOf(history, holder, new Set(await work.holdings.list()))].sort();
}
