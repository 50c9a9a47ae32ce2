export type { Attempt } from "@amana/core/opening";
/** For trustees: from the rehearsal to the destruction of the round's key. Every step runs on the trustee's own machine. */
export { fetchRequest, type HolderKeys, holderIndex } from "../wire/holder.ts";
export { fetchProgramme, LedgerView, type SeenManifest } from "../wire/ledger-view.ts";
export { type RoundHistory, readHistory, selected } from "../wire/round-history.ts";
export { fetchRound, fetchRounds } from "../wire/rounds.ts";
export { Transport } from "../wire/transport.ts";
export { checkProposal, cosignAmendment, fetchProposal, fetchProposals, type SignedAmendments, signedAnother } from "./amend.ts";
export { commitShareList, ownShareList, type StepMemory, type StepProgress, stepMemory } from "./commit.ts";
export { countRound, type RoundCount, releaseDigest, WaitingForReveals } from "./count.ts";
export { destroy } from "./destroy.ts";
export {
  type CosignedManifests,
  cosign,
  type Draft,
  fetchDraft,
  fetchDrafts,
  isRehearsed,
  rehearse,
  waitingFor,
} from "./draft.ts";
export { checkDraft, DRAFT_CHECKS, type DraftCheck, type DraftCheckName, type DraftSurroundings, draftChecks } from "./draft-checks.ts";
export { collectEpoch, completeHoldings, damagedHoldings, epochsToHold, type Holdings, holdEpoch, logHeld } from "./hold.ts";
export { disputeLate, nameOverdue } from "./late.ts";
export { type LocalState, type NextStep, nextStep } from "./next.ts";
export { type BuiltRelease, buildRelease, disputeSilence, notSigning, signAndSend } from "./release.ts";
export { nameAbsent, presentAttempt, reveal, revealsDue } from "./reveal.ts";
export { revealRandomness } from "./reveal-randomness.ts";
