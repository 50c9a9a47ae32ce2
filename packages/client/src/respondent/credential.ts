import { equal, fromHex, type SecretCode } from "@amana/core/bytes";
import { responseSigningKey } from "@amana/core/credential";
import { seal } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { type ManifestAudience, type RoundTimes, recipients } from "@amana/core/manifest";
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
import { type DrawHashes, drawHashes, requireGroup, settledDraws } from "./drawn.ts";
import type { Tokens } from "./enrolment.ts";
import { findKept, type Kept, readRound } from "./kept.ts";
import { Receipt } from "./receipt.ts";
import type { RoundSource } from "./source.ts";

/** What sending goes through: `sealing` and `sending` happen here, `kept` when the server's promise was verified. */
export type Progress = (step: "sealing" | "sending" | "kept") => void;

/** Bytes of a promise. */
const PROMISE = 136;

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
  readonly #source: RoundSource;
  #sequence: number | null;
  /** The highest sequence that was ever signed here: no two answers get the same, or a server could choose which of them to log. */
  #signed: number;
  #settled: boolean;
  readonly #drawHashes: DrawHashes;
  #times: RoundTimes;
  #outgoing: Outgoing | null = null;

  constructor(
    fields: {
      readonly tokens: Tokens;
      readonly secretCode: SecretCode;
      /** The highest sequence in the ledger. */
      readonly sequence: number | null;
      /** Whether nothing more need happen before an answer may go out: false with `phases` until all draws are logged. */
      readonly settled: boolean;
      /** What holds of the round, as far as it was read. */
      readonly times: RoundTimes;
    },
    source: RoundSource,
  ) {
    const { tokens, sequence } = fields;
    this.audience = source.seen.manifest.audiences[tokens.audience] as ManifestAudience;
    this.questionnaire = source.questionnaires[tokens.audience] as Questionnaire;
    this.#key = responseSigningKey(fields.secretCode, source.seen.id);
    this.#tokens = tokens;
    this.#sequence = sequence;
    this.#signed = sequence ?? -1;
    this.#settled = fields.settled;
    this.#drawHashes = fields.settled ? [] : drawHashes(source, fields.secretCode);
    this.#times = fields.times;
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
   * @throws ERR_ANSWER_INVALID, ERR_ROUND_CANCELLED, ERR_ROUND_NOT_OPEN, ERR_ROUND_TOO_FEW, ERR_ROUND_CLOSED, ERR_REVISIONS_SPENT, ERR_TOKEN_MISSING, ERR_NETWORK,
   * ERR_RESPONSE_INVALID
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

  async #sendBallot(ballot: Uint8Array, onProgress: Progress): Promise<Receipt> {
    await this.#requireOpen();
    onProgress("sealing");
    return this.#send(this.#seal(ballot, this.#signed + 1), onProgress);
  }

  /** The manifest says when answering opens, not the server: one that takes an answer early would learn who it is by the time. */
  async #requireOpen(): Promise<void> {
    this.#refuseCancelled();
    if (this.#source.environment.now().getTime() / 1000 < this.#times.windows.answeringOpen) throw new AmanaError("ERR_ROUND_NOT_OPEN");
    if (this.#settled) return;
    const reading = await readRound(this.#source, this.#key.publicKey);
    this.#times = reading.times;
    this.#refuseCancelled();
    const draws = await settledDraws(this.#source, reading, this.#drawHashes);
    requireGroup(this.#source, draws, this.#tokens.audience);
    this.#settled = true;
  }

  /** Nobody opens what is sent to a cancelled round. */
  #refuseCancelled(): void {
    if (this.#times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
  }

  #seal(ballot: Uint8Array, sequence: number): Outgoing {
    const { manifest, id } = this.#source.seen;
    if (sequence > lastSequence(manifest)) throw new AmanaError("ERR_REVISIONS_SPENT");
    this.#signed = sequence;
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
      answer = await this.#source.transport.post("submissions", "application/vnd.amana.submission", outgoing.bytes, PROMISE);
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
