import { equal, fromHex } from "@amana/core/bytes";
import { seal } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { type ManifestAudience, recipients } from "@amana/core/manifest";
import type { SigningKey } from "@amana/core/primitives";
import { type Answers, checkAnswers, encodeBallot, encodeWithdrawal, type Questionnaire } from "@amana/core/questionnaire";
import {
  decodePromise,
  encodeSubmission,
  encodeSubmissionLeaf,
  lastSequence,
  signSubmission,
  submissionContext,
  verifyPromise,
} from "@amana/core/submission";
import type { Tokens } from "./enrolment.ts";
import { findKept, type Kept } from "./kept.ts";
import { Receipt, type ReceiptSource } from "./receipt.ts";

/** What sending goes through: `sealing` and `sending` happen here, `kept` when the server's promise was verified. */
export type Progress = (step: "sealing" | "sending" | "kept") => void;

/** Bytes on their way: what a retry sends again. */
interface Outgoing {
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly sequence: number;
  readonly ballot: Uint8Array;
}

/**
 * One person's right to answer one round: answer, change, withdraw, check. It holds the response key in memory and nothing else;
 * the secret code makes it again on any device.
 */
export class Credential {
  readonly audience: ManifestAudience;
  readonly questionnaire: Questionnaire;
  readonly #key: SigningKey;
  readonly #tokens: Tokens;
  readonly #source: ReceiptSource;
  #sequence: number | null;
  #outgoing: Outgoing | null = null;

  constructor(fields: { tokens: Tokens; key: SigningKey; questionnaire: Questionnaire; sequence: number | null }, source: ReceiptSource) {
    this.audience = source.seen.manifest.audiences[fields.tokens.audience] as ManifestAudience;
    this.questionnaire = fields.questionnaire;
    this.#key = fields.key;
    this.#tokens = fields.tokens;
    this.#sequence = fields.sequence;
    this.#source = source;
  }

  /** The highest sequence known to be kept, or null before the first answer. */
  get sequence(): number | null {
    return this.#sequence;
  }

  /** Whether something was sealed and its promise is still missing: `retry` sends it again. */
  get unsent(): boolean {
    return this.#outgoing !== null;
  }

  /**
   * Seals and sends an answer; called again, it changes it. On `ERR_NETWORK` nothing is lost: `retry` sends the same bytes.
   * @throws ERR_ANSWER_INVALID, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_REVISIONS_SPENT, ERR_TOKEN_MISSING, ERR_NETWORK, ERR_RESPONSE_INVALID
   */
  async submit(answers: Answers, onProgress: Progress = () => undefined): Promise<Receipt> {
    checkAnswers(this.questionnaire, answers);
    return this.#sendBallot(encodeBallot(this.questionnaire, answers), onProgress);
  }

  /** Sends an empty ballot of the same size: nobody but the count sees that it is one. @throws as {@link submit} */
  async withdraw(onProgress: Progress = () => undefined): Promise<Receipt> {
    return this.#sendBallot(encodeWithdrawal(this.questionnaire), onProgress);
  }

  /** Sends again what was sealed and not yet promised. @throws TypeError if there is nothing; as {@link submit} */
  async retry(onProgress: Progress = () => undefined): Promise<Receipt> {
    if (this.#outgoing === null) throw new TypeError("nothing is waiting to be sent");
    return this.#send(this.#outgoing, onProgress);
  }

  /** What the ledger holds of this answer, found by reading all of the round. @throws ERR_LEDGER_*, ERR_NETWORK */
  check(): Promise<Kept | null> {
    return findKept(this.#source, this.#key.publicKey);
  }

  #sendBallot(ballot: Uint8Array, onProgress: Progress): Promise<Receipt> {
    onProgress("sealing");
    const next = this.#sequence === null ? 0 : this.#sequence + 1;
    return this.#send(this.#seal(ballot, next), onProgress);
  }

  #seal(ballot: Uint8Array, sequence: number): Outgoing {
    const { manifest, id } = this.#source.seen;
    if (sequence > lastSequence(manifest)) throw new AmanaError("ERR_REVISIONS_SPENT");
    const { audience, response } = this.#tokens;
    const envelope = seal(ballot, {
      recipients: recipients(manifest),
      threshold: manifest.threshold,
      context: submissionContext(id, audience, this.#key.publicKey, sequence),
      size: manifest.size,
      rng: this.#source.environment.rng,
    });
    const submission = signSubmission({ manifestId: id, audience, sequence, tokens: response, envelope }, this.#key);
    this.#outgoing = { bytes: encodeSubmission(submission), leafHash: leafHash(encodeSubmissionLeaf(submission)), sequence, ballot };
    return this.#outgoing;
  }

  async #send(outgoing: Outgoing, onProgress: Progress): Promise<Receipt> {
    onProgress("sending");
    let answer: Uint8Array;
    try {
      answer = await this.#source.transport.post("submissions", "application/vnd.amana.submission", outgoing.bytes);
    } catch (error) {
      // Another device was faster: this version becomes the next one.
      if (isAmanaError(error, "ERR_SEQUENCE_USED") && (error.details.highestSequence ?? -1) >= outgoing.sequence) {
        return this.#send(this.#seal(outgoing.ballot, (error.details.highestSequence as number) + 1), onProgress);
      }
      throw error;
    }
    const promise = decodePromise(answer);
    const mine = equal(promise.leafHash, outgoing.leafHash) && equal(promise.manifestId, this.#source.seen.id);
    if (!mine || !verifyPromise(promise, fromHex(this.#source.programme.promiseKey))) throw new AmanaError("ERR_RESPONSE_INVALID");
    this.#sequence = outgoing.sequence;
    this.#outgoing = null;
    onProgress("kept");
    return new Receipt(promise, this.#source);
  }
}
