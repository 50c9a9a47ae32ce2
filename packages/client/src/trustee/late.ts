import { isAmanaError } from "@amana/core/errors";
import type { HolderKeys } from "../wire/holder.ts";
import type { RoundHistory } from "../wire/round-history.ts";
import type { Transport } from "../wire/transport.ts";
import { disputeSilence, notSigning } from "./release.ts";
import { nameAbsent, presentAttempt } from "./reveal.ts";

/** Names the first of these trustees absent, once their time to reveal is over. @returns who; null while it is not over */
export async function nameOverdue(
  transport: Transport,
  history: RoundHistory,
  holders: readonly number[],
  keys: HolderKeys,
  now: Date,
): Promise<number | null> {
  const { commitBy, revealSpan } = history.times.deadlines;
  const attempt = presentAttempt(history);
  const [first] = holders;
  if (attempt === null || first === undefined || now.getTime() / 1000 <= commitBy + revealSpan * (attempt.number + 1)) return null;
  return (await isTaken(() => nameAbsent(transport, history, attempt, holders, keys))) ? first : null;
}

/**
 * After this trustee signed: names an opener that took the lists and does not sign the same release within two spans, as it would hold it up for
 * ever. Then this trustee opens with others. `signedAt`: unix seconds. @returns who; null while nobody is late
 */
export async function disputeLate(
  transport: Transport,
  history: RoundHistory,
  keys: HolderKeys,
  signedAt: number,
  now: Date,
): Promise<number | null> {
  if (now.getTime() / 1000 <= signedAt + 2 * history.times.deadlines.revealSpan) return null;
  const [silent] = await notSigning(transport, history, keys);
  if (silent === undefined) return null;
  return (await isTaken(() => disputeSilence(transport, history, silent, keys))) ? silent : null;
}

/** The server counts the time to reveal from when it saw that reveals were due, which may be later: then nobody is late yet. */
async function isTaken(log: () => Promise<void>): Promise<boolean> {
  try {
    await log();
    return true;
  } catch (error) {
    if (!isAmanaError(error, "ERR_ENTRY_REFUSED") && !isAmanaError(error, "ERR_NOT_DUE")) throw error;
    return false;
  }
}
