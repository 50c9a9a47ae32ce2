export type { Attempt } from "@amana/core/opening";
/** For trustees: from the rehearsal to the destruction of the round's key. Every step runs on the trustee's own machine. */
export { fetchRequest, type HolderKeys, holderIndex } from "../wire/holder.ts";
export { fetchProgramme, LedgerView, type SeenManifest } from "../wire/ledger-view.ts";
export { type RoundHistory, readHistory, selected } from "../wire/round-history.ts";
export { fetchRound, fetchRounds } from "../wire/rounds.ts";
export { Transport } from "../wire/transport.ts";
export { checkProposal, cosignAmendment, fetchProposal, fetchProposals, type SignedAmendments, signedAnother } from "./amend.ts";
export { commitShareList, ownShareList, type StepProgress } from "./commit.ts";
export { countRound, type RoundCount, releaseDigest, WaitingForReveals } from "./count.ts";
export { destroy } from "./destroy.ts";
export {
  type CosignedManifests,
  checkDraft,
  cosign,
  type Draft,
  fetchDraft,
  fetchDrafts,
  isRehearsed,
  rehearse,
  waitingFor,
} from "./draft.ts";
export { damagedHoldings, epochsToHold, type Holdings, holdEpoch } from "./hold.ts";
export { type LocalState, type NextStep, nextStep } from "./next.ts";
export { type BuiltRelease, buildRelease, disputeSilence, notSigning, signAndSend } from "./release.ts";
export { nameAbsent, presentAttempt, reveal, revealsDue } from "./reveal.ts";
