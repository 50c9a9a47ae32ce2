export { type Accusation, type Attempt, attemptAfter, openers } from "./attempt.ts";
export { type AudienceCount, type Comment, countSubmission, type Outcome, type ToCount, tally } from "./count.ts";
export { type Selected, Selection } from "./selection.ts";
export {
  openReveal,
  type RevealPlace,
  readReveal,
  SHARE_LENGTH,
  type ShareList,
  sealReveal,
  shareAt,
  shareList,
  shareListCommitment,
} from "./share-list.ts";
