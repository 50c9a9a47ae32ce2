import { type AmanaError, isAmanaError } from "@amana/core/errors";
import type { InclusionPromise } from "@amana/core/submission";
import type { AuditedEntry } from "./audited-round.ts";
import type { EvidenceFile } from "./evidence.ts";

/** One named check of an audit and what it found. Details are counts and public names, never content. */
export interface CheckResult {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What shows others that it does not hold, where something can ({@link judgeEvidence}). */
  readonly evidence?: EvidenceFile;
}

/** Where the evidence of a failure lies: an entry, by its place in the ledger, or a promise; and the manifest of its round. */
export type Clue =
  | { readonly entry: number; readonly manifest: number }
  | { readonly promise: InclusionPromise; readonly manifest: number };

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
export class CheckFailed extends Error {
  readonly clue: Clue | null;

  constructor(detail: string, clue: Clue | null) {
    super(detail);
    this.clue = clue;
  }
}

/** Fails the check that is running unless the condition holds. With a clue, evidence is made of it. */
export function demand(condition: boolean, detail: string, clue: Clue | null = null): asserts condition {
  if (!condition) throw new CheckFailed(detail, clue);
}

/** Codes that mean "could not check": the network and the machine, not the server's honesty. */
const COULD_NOT: readonly AmanaError["code"][] = ["ERR_NETWORK", "ERR_OVERLOADED"];

/** What a failure says of a check. A passing fault is thrown on: it is no verdict. */
function failed(check: string, error: unknown): Finding {
  if (error instanceof CheckFailed) return { check, ok: false, detail: error.message, clue: error.clue };
  if (!isAmanaError(error) || COULD_NOT.includes(error.code)) throw error;
  return { check, ok: false, detail: `${error.message} (${error.code})`, clue: null };
}

/** A result before evidence is made of its clue. */
export interface Finding extends Omit<CheckResult, "evidence"> {
  readonly clue: Clue | null;
}

/** Runs a check that needs no entries. A failed demand or a protocol error is its result. */
export async function runCheck(check: string, run: () => Promise<string> | string): Promise<Finding> {
  try {
    return { check, ok: true, detail: await run(), clue: null };
  } catch (error) {
    return failed(check, error);
  }
}

/** A check while the ledger is read: its first failure stands, and it is given nothing more. */
export class RunningCheck {
  readonly #check: Check;
  readonly #name: string;
  #failed: Finding | null = null;

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

  async end(): Promise<Finding> {
    return this.#failed ?? runCheck(this.#name, () => this.#check.end());
  }
}
