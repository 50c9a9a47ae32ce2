import { compare, encodeJson, H, TAGS } from "../bytes/index.ts";
import { matchesShareCommitment, open, type Share } from "../envelope/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { type Manifest, manifestId, recipients } from "../manifest/index.ts";
import { type Answers, decodeBallot, type Questionnaire } from "../questionnaire/index.ts";
import { type SubmissionLeaf, submissionContext } from "../submission/index.ts";

/** What became of one selected submission. Exactly these five; none stops the count. */
export type Outcome =
  | { readonly outcome: "counted"; readonly answers: Answers }
  | { readonly outcome: "withdrawn" }
  /** Sealing again gives other bytes, or the ballot does not decode. */
  | { readonly outcome: "invalid" }
  /** Fewer than k shares match; `wanting` are the trustees that gave none that does. */
  | { readonly outcome: "unopened"; readonly wanting: readonly number[] }
  /** Nobody holds the envelope: this falls on the operator. */
  | { readonly outcome: "missing" };

/** One selected submission, its envelope, and what each committed trustee revealed for it. */
export interface ToCount {
  readonly leaf: SubmissionLeaf;
  readonly envelope: Uint8Array | null;
  readonly shares: readonly { readonly holder: number; readonly share: Share | null }[];
}

/**
 * Opens and judges one submission. Each opener calls it with the same input and gets the same outcome, whichever k shares
 * it has. Nothing in the envelope or the shares, which are attacker-controlled, makes it throw.
 */
export async function countSubmission(
  { leaf, envelope, shares }: ToCount,
  manifest: Manifest,
  questionnaire: Questionnaire,
): Promise<Outcome> {
  if (envelope === null) return { outcome: "missing" };
  const context = submissionContext(manifestId(manifest), leaf.audience, leaf.responseKey, leaf.sequence);
  // 1. Keep the shares that match their commitments, one of each trustee.
  const matching = new Map<number, Share>();
  for (const { holder, share } of shares)
    if (share !== null && matchesShareCommitment(envelope, holder, context, share)) matching.set(holder, share);
  if (matching.size < manifest.threshold) {
    const wanting = new Set(shares.flatMap(({ holder }) => (matching.has(holder) ? [] : [holder])));
    return { outcome: "unopened", wanting: [...wanting].sort((a, b) => a - b) };
  }
  // 2. Combine, seal again, compare; 3. decode.
  try {
    const spec = { recipients: recipients(manifest), threshold: manifest.threshold, context, size: manifest.size };
    const ballot = decodeBallot(questionnaire, await open(envelope, [...matching.values()], spec));
    return ballot.withdrawn ? { outcome: "withdrawn" } : { outcome: "counted", answers: ballot.answers };
  } catch (error) {
    if (isAmanaError(error)) return { outcome: "invalid" };
    throw error;
  }
}

/** A comment, detached from the answers that came with it. */
export interface Comment {
  readonly item: string;
  readonly text: string;
}

/** What the count leaves of one audience: totals, and two lists that nobody can join again. */
export interface AudienceCount {
  readonly audience: string;
  readonly counted: number;
  readonly withdrawn: number;
  readonly invalid: number;
  readonly unopened: number;
  readonly missing: number;
  /** Sorted by their own hash, without the comments. */
  readonly answers: readonly Answers[];
  /** Sorted by their own hash. */
  readonly comments: readonly Comment[];
}

/** Detaches comments and sorts both lists: the result does not depend on the order of the outcomes. */
export function tally(audience: string, questionnaire: Questionnaire, outcomes: readonly Outcome[]): AudienceCount {
  const texts = new Set(questionnaire.sections.flatMap(({ items }) => items.filter(({ kind }) => kind === "text").map(({ id }) => id)));
  const answers: Answers[] = [];
  const comments: Comment[] = [];
  const totals = { counted: 0, withdrawn: 0, invalid: 0, unopened: 0, missing: 0 };
  for (const outcome of outcomes) {
    totals[outcome.outcome] += 1;
    if (outcome.outcome !== "counted") continue;
    const entries = Object.entries(outcome.answers);
    answers.push(Object.fromEntries(entries.filter(([item]) => !texts.has(item))));
    for (const [item, text] of entries) if (texts.has(item)) comments.push({ item, text: String(text) });
  }
  return { audience, ...totals, answers: sorted(answers, TAGS.answersOrder), comments: sorted(comments, TAGS.commentsOrder) };
}

/** Sorts by hash: an order that says nothing about where a row came from. */
function sorted<T>(rows: readonly T[], tag: typeof TAGS.answersOrder | typeof TAGS.commentsOrder): T[] {
  return rows
    .map((row) => ({ row, hash: H(tag, encodeJson(row)) }))
    .sort((a, b) => compare(a.hash, b.hash))
    .map(({ row }) => row);
}
