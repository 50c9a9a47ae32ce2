import { type AmanaError, isAmanaError } from "@amana/core/errors";
import type { AuditedEntry } from "./audited-round.ts";

/** One named check of an audit and what it found. Details are counts and public names, never content. */
export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/**
 * A named check (docs/protocol.md §11), made anew for each audit. It is given every entry once, in ledger order, and keeps of it no more than a
 * few bytes: ledgers are larger than memories. Whatever it has to ask the server it asks at the end.
 */
export interface Check {
  readonly name: string;
  /** Takes the next entry; of a check of one round, the next entry of that round. A failed {@link demand} ends this check, not the others. */
  entry?(entry: AuditedEntry): void;
  /** After the last entry: the text of the result. */
  end(): Promise<string> | string;
}

/** A check that does not hold. */
export class CheckFailed extends Error {}

/** Fails the check that is running unless the condition holds. */
export function demand(condition: boolean, detail: string): asserts condition {
  if (!condition) throw new CheckFailed(detail);
}

/** Codes that mean "could not check": the network and the machine, not the server's honesty. */
const COULD_NOT: readonly AmanaError["code"][] = ["ERR_NETWORK", "ERR_OVERLOADED"];

/** What a failure says of a check. A passing fault is thrown on: it is no verdict. */
function failed(check: string, error: unknown): CheckResult {
  if (error instanceof CheckFailed) return { check, ok: false, detail: error.message };
  if (!isAmanaError(error) || COULD_NOT.includes(error.code)) throw error;
  return { check, ok: false, detail: `${error.message} (${error.code})` };
}

/** Runs a check that needs no entries. A failed demand or a protocol error is its result. */
export async function runCheck(check: string, run: () => Promise<string> | string): Promise<CheckResult> {
  try {
    return { check, ok: true, detail: await run() };
  } catch (error) {
    return failed(check, error);
  }
}

/** A check while the ledger is read: its first failure stands, and it is given nothing more. */
export class RunningCheck {
  readonly #check: Check;
  readonly #name: string;
  #failed: CheckResult | null = null;

  /** `name` is what the result is called, where that is not the check's own name. */
  constructor(check: Check, name: string = check.name) {
    this.#check = check;
    this.#name = name;
  }

  get holds(): boolean {
    return this.#failed === null;
  }

  take(entry: AuditedEntry): void {
    if (this.#failed !== null) return;
    try {
      this.#check.entry?.(entry);
    } catch (error) {
      this.#failed = failed(this.#name, error);
    }
  }

  async end(): Promise<CheckResult> {
    return this.#failed ?? runCheck(this.#name, () => this.#check.end());
  }
}
