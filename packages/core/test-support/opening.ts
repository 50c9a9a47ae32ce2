import { openShare, type Share } from "../src/envelope/index.ts";
import type { ToCount } from "../src/opening/index.ts";
import { type Submission, type SubmissionLeaf, submissionContext } from "../src/submission/index.ts";
import { selectedOf } from "./answers.ts";
import { SURVEY_ID, TRUSTEES } from "./world.ts";

/** The context that a leaf's envelope is sealed under. */
export function contextOf({ audience, responseKey, sequence }: Pick<SubmissionLeaf, "audience" | "responseKey" | "sequence">): Uint8Array {
  return submissionContext(SURVEY_ID, audience, responseKey, sequence);
}

/** What each trustee's tool opens of an envelope with its own key, by index. */
export function sharesOf(envelope: Uint8Array, leaf: SubmissionLeaf): { holder: number; share: Share | null }[] {
  return TRUSTEES.map(({ kem }, holder) => ({ holder, share: openShare(envelope, holder, kem, contextOf(leaf)) }));
}

/** What an opener counts, with the shares of these trustees. */
export function toCount(submission: Submission, holders: readonly number[] = [0, 1, 2]): ToCount {
  const { leaf } = selectedOf(submission, 0);
  const shares = sharesOf(submission.envelope, leaf);
  return { leaf, envelope: submission.envelope, shares: shares.filter(({ holder }) => holders.includes(holder)) };
}
