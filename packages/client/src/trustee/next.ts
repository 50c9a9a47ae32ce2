import type { RoundHistory } from "../wire/round-history.ts";
import { epochsToHold } from "./hold.ts";
import { presentAttempt, revealsDue } from "./reveal.ts";

/** What a trustee does next in a live round, or what it waits for. */
export type NextStep =
  | { readonly step: "hold"; readonly epochs: number }
  | { readonly step: "commit" }
  | { readonly step: "reveal" }
  | { readonly step: "count" }
  | { readonly step: "destroy" }
  | { readonly step: "wait"; readonly for: "close" | "commitments" | "opening" | "release" }
  | { readonly step: "done" };

/** What this trustee has done that the ledger does not show. */
export interface LocalState {
  /** The attempt it last revealed in, or null. */
  readonly revealed: number | null;
  /** Whether it has signed a release of the present attempt. */
  readonly signed: boolean;
  /** When, unix seconds by this machine's clock: how long the others have had since. */
  readonly signedAt?: number | undefined;
}

/** Decides what is due for one trustee from the round's history and the clock. */
export function nextStep(history: RoundHistory, holder: number, local: LocalState, now: Date): NextStep {
  if (history.release !== null || history.times.cancelled !== null)
    return history.destroyed.has(`trustee/${holder}`) ? { step: "done" } : { step: "destroy" };
  const epochs = epochsToHold(history, holder).length;
  if (epochs > 0 && !history.shareLists.has(holder)) return { step: "hold", epochs };
  const seconds = now.getTime() / 1000;
  if (history.closedAt === null || seconds < history.times.windows.answeringClose) return { step: "wait", for: "close" };
  const late = revealsDue(history, seconds) && seconds > history.times.deadlines.commitBy;
  if (!history.shareLists.has(holder)) return late ? { step: "wait", for: "opening" } : { step: "commit" };
  const attempt = presentAttempt(history);
  if (attempt === null || !revealsDue(history, seconds)) return { step: "wait", for: "commitments" };
  if (!attempt.committed.includes(holder)) return { step: "wait", for: "opening" };
  if (local.revealed !== attempt.number) return { step: "reveal" };
  if (!attempt.openers.includes(holder)) return { step: "wait", for: "release" };
  return local.signed ? { step: "wait", for: "release" } : { step: "count" };
}
