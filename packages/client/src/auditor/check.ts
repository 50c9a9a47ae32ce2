import { type AmanaError, isAmanaError } from "@amana/core/errors";

/** One named check of an audit and what it found. Details are counts and public names, never content. */
export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** A check that does not hold. */
export class CheckFailed extends Error {}

/** Fails the check that is running unless the condition holds. */
export function demand(condition: boolean, detail: string): asserts condition {
  if (!condition) throw new CheckFailed(detail);
}

/** Codes that mean "could not check": the network and the machine, not the server's honesty. */
const COULD_NOT: readonly AmanaError["code"][] = ["ERR_NETWORK", "ERR_OVERLOADED"];

/** Runs one check. A failed demand or a protocol error is its result; a passing fault is thrown on. */
export async function runCheck(check: string, run: () => Promise<string> | string): Promise<CheckResult> {
  try {
    return { check, ok: true, detail: await run() };
  } catch (error) {
    if (error instanceof CheckFailed) return { check, ok: false, detail: error.message };
    if (!isAmanaError(error) || COULD_NOT.includes(error.code)) throw error;
    return { check, ok: false, detail: `${error.message} (${error.code})` };
  }
}
