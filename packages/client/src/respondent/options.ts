import type { Rng } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import type { WorkSolver } from "../reporter/work.ts";
import type { Fetch } from "../wire/transport.ts";

/** What every respondent's call takes. */
export interface ClientOptions {
  /** The programme's id, 64 hex digits: a setting of whoever embeds, never taken from the server. */
  readonly programme: string;
  readonly fetch?: Fetch;
  readonly rng?: Rng;
  readonly now?: () => Date;
  /** Waits; the random delay before an inclusion check goes through it. Milliseconds. */
  readonly wait?: (milliseconds: number) => Promise<void>;
  /** Finds the proofs of work of reports, for instance in a worker; left out: between other things, where the call is. */
  readonly solveWork?: WorkSolver;
}

/** The same with the defaults filled in. */
export interface Environment {
  readonly rng: Rng;
  readonly now: () => Date;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Null: whoever sends a report brings one. */
  readonly solveWork?: WorkSolver | null;
}

export function environment(options: ClientOptions): Environment {
  return {
    rng: options.rng ?? randomBytes,
    now: options.now ?? (() => new Date()),
    wait: options.wait ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
    solveWork: options.solveWork ?? null,
  };
}
