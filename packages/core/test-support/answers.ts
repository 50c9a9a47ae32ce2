import { seal } from "../src/envelope/index.ts";
import { leafHash } from "../src/ledger/index.ts";
import { type Manifest, recipients } from "../src/manifest/index.ts";
import type { Selected } from "../src/opening/index.ts";
import { type Answers, encodeBallot, encodeWithdrawal, type Questionnaire } from "../src/questionnaire/index.ts";
import {
  decodeSubmissionLeaf,
  encodeSubmissionLeaf,
  NO_TOKEN,
  type Submission,
  signSubmission,
  submissionContext,
} from "../src/submission/index.ts";
import { drawTokens, type Person, QUESTIONNAIRES, SURVEY, SURVEY_ID, testRng } from "./world.ts";

export interface AnswerOptions {
  readonly audience?: number;
  readonly sequence?: number;
  /** Null for a withdrawal, bytes for what an honest client would not seal. */
  readonly answers?: Answers | null | Uint8Array;
  /** Left out: the audience's own; "none" for a revision without any. */
  readonly tokens?: readonly Uint8Array[] | "none";
  readonly manifest?: Manifest;
}

/** What a person's client sends: a ballot, sealed to the trustees and signed. */
export function answer(who: Person, options: AnswerOptions = {}): Submission {
  const { audience = 0, sequence = 0, answers = { L1: 3 }, tokens, manifest = SURVEY } = options;
  const questionnaire = QUESTIONNAIRES[audience] as Questionnaire;
  const plaintext =
    answers instanceof Uint8Array ? answers : answers === null ? encodeWithdrawal(questionnaire) : encodeBallot(questionnaire, answers);
  const envelope = seal(plaintext, {
    recipients: recipients(manifest),
    threshold: manifest.threshold,
    context: submissionContext(SURVEY_ID, audience, who.key.publicKey, sequence),
    size: manifest.size,
    rng: testRng(`${audience} ${sequence} ${String(answers === null ? "withdrawn" : JSON.stringify(answers))}`),
  });
  const own = tokens === "none" ? [] : (tokens ?? drawTokens(who, audience));
  const places = [own[0] ?? NO_TOKEN, own[1] ?? NO_TOKEN];
  return signSubmission({ manifestId: SURVEY_ID, audience, sequence, tokens: places, envelope }, who.key);
}

/** A submission's leaf, read back from its bytes, at a place of the ledger. */
export function selectedOf(submission: Submission, index: number): Selected {
  const bytes = encodeSubmissionLeaf(submission);
  return { leaf: decodeSubmissionLeaf(bytes), leafHash: leafHash(bytes), index };
}
