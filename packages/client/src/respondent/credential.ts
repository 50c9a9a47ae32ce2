import { equal, fromHex, type SecretCode } from "@amana/core/bytes";
import { formatEnrolmentReceipt, relaySlot, responseSigningKey } from "@amana/core/credential";
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
  SUBMISSION_TYPE,
  signSubmission,
  submissionContext,
  verifyPromise,
} from "@amana/core/submission";
import { type DrawHashes, drawHashes, requireGroup, settledDraws } from "./drawn.ts";
import type { Tokens } from "./enrolment.ts";
import { findKept, type Kept, readRound } from "./kept.ts";
import { Receipt } from "./receipt.ts";
import type { RelayRequest, RelayRoute, Release } from "./relayed.ts";
import type { RoundSource } from "./source.ts";

/** What sending goes through: `sealing` and `sending` happen here, `kept` when the server's promise was verified, `sent` when a relay's was. */
export type Progress = (step: "sealing" | "sending" | "sent" | "kept") => void;

/** Bytes of a promise. */
const PROMISE = 136;

/** Bytes on their way: what a retry sends again. */
interface Outgoing {
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
  /** How many versions came before it: without a relay its sequence, through a relay what the relay alone counts. */
  readonly version: number;
  /** With which release of the relay it was signed to go; null without a relay. */
  readonly release: Release | null;
  readonly ballot: Uint8Array;
  /** In a round with a relay, what goes to it; made before the first try. */
  relayed: RelayRequest | null;
}

/**
 * One person's right to answer one round: answer, change, withdraw, check. It holds the response key in memory and nothing else;
 * the secret code makes it again on any device.
 */
export class Credential {
  readonly audience: ManifestAudience;
  readonly questionnaire: Questionnaire;
  readonly #key: SigningKey;
  readonly #slot: Uint8Array;
  readonly #tokens: Tokens;
  readonly #source: RoundSource;
  #sequence: number | null;
  /** The highest version that was made here. Without a relay no two get one sequence, or a server could choose which of them to log. */
  #version: number;
  #settled: boolean;
  readonly #drawHashes: DrawHashes;
  #times: RoundTimes;
  #outgoing: Outgoing | null = null;
  /** What a relay has promised to give on, until it is in the ledger. */
  #sent: Outgoing | null = null;

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
    this.#slot = relaySlot(fields.secretCode, source.seen.id);
    this.#tokens = tokens;
    this.#sequence = sequence;
    this.#version = sequence ?? -1;
    this.#settled = fields.settled;
    this.#drawHashes = fields.settled ? [] : drawHashes(source, fields.secretCode);
    this.#times = fields.times;
    this.#source = source;
  }

  /** The highest sequence known to be kept, or null before the first answer. */
  get sequence(): number | null {
    return this.#sequence;
  }

  /**
   * What each issuer signed when this credential was drawn, as text to keep: with it anyone can show that the issuer did not log the draw. It names the
   * invitation, and nothing of an answer. None for whoever came back with the secret code.
   */
  get enrolmentReceipts(): readonly string[] {
    return this.#tokens.receipts.map((receipt) => formatEnrolmentReceipt(this.#source.seen.manifest.round, receipt));
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

  /**
   * Sends again what was sealed and not yet promised; through a relay also what is sent and not yet kept: the same bytes.
   * @throws TypeError if there is nothing; as {@link submit}
   */
  async retry(onProgress: Progress = () => undefined): Promise<Receipt> {
    const outgoing = this.#outgoing ?? this.#sent;
    if (outgoing === null) throw new TypeError("nothing is waiting to be sent");
    return this.#send(outgoing, onProgress);
  }

  /** What the ledger holds of this answer, found by reading all of the round. @throws ERR_LEDGER_*, ERR_NETWORK */
  check(): Promise<Kept | null> {
    return findKept(this.#source, this.#key.publicKey);
  }

  async #sendBallot(ballot: Uint8Array, onProgress: Progress): Promise<Receipt> {
    await this.#requireOpen();
    onProgress("sealing");
    return this.#send(this.#seal(ballot, this.#version + 1), onProgress);
  }

  /** The manifest says when answering opens, not the server: one that takes an answer early would learn who it is by the time. */
  async #requireOpen(): Promise<void> {
    this.#refuseCancelled();
    const seconds = this.#source.environment.now().getTime() / 1000;
    if (seconds < this.#times.windows.answeringOpen) throw new AmanaError("ERR_ROUND_NOT_OPEN");
    // After its last release a relay has nobody to give anything on with.
    if (this.#source.route?.isOver(this.#times)) throw new AmanaError("ERR_ROUND_CLOSED");
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

  #seal(ballot: Uint8Array, version: number, release: Release | null = this.#source.route?.nextRelease(this.#times) ?? null): Outgoing {
    const { manifest, id } = this.#source.seen;
    if (version > lastSequence(manifest)) throw new AmanaError("ERR_REVISIONS_SPENT");
    this.#version = version;
    // Through a relay all that goes with one release has one sequence: else the leaf would tell the server that this is one of the few who
    // came back. Only the newest version of a slot is released, so that there are never two with the same.
    const sequence = release === null ? version : Math.max(release, (this.#sequence ?? -1) + 1);
    const { audience, response } = this.#tokens;
    const envelope = seal(ballot, {
      recipients: recipients(manifest),
      threshold: manifest.threshold,
      context: submissionContext(id, audience, this.#key.publicKey, sequence),
      size: manifest.size,
      rng: this.#source.environment.rng,
    });
    const submission = signSubmission({ manifestId: id, audience, sequence, tokens: response, envelope }, this.#key);
    const leaf = leafHash(encodeSubmissionLeaf(submission));
    this.#outgoing = { bytes: encodeSubmission(submission), leafHash: leaf, version, release, ballot, relayed: null };
    return this.#outgoing;
  }

  async #send(outgoing: Outgoing, onProgress: Progress): Promise<Receipt> {
    onProgress("sending");
    const { route } = this.#source;
    try {
      return route === null ? await this.#sendStraight(outgoing, onProgress) : await this.#sendThrough(route, outgoing, onProgress);
    } catch (error) {
      // Another device was faster: this version becomes the next one. What was sent before, and is sent again, does not: it would come
      // after what replaced it.
      const first = outgoing !== this.#sent;
      if (first && isAmanaError(error, "ERR_SEQUENCE_USED") && (error.details.highestSequence ?? -1) >= outgoing.version) {
        return this.#send(this.#seal(outgoing.ballot, (error.details.highestSequence as number) + 1), onProgress);
      }
      throw error;
    }
  }

  /** Nothing of this goes to the operator: the relay has it, and gives it on with everyone's. */
  async #sendThrough(route: RelayRoute, outgoing: Outgoing, onProgress: Progress, corrected = false): Promise<Receipt> {
    outgoing.relayed ??= await route.prepare(outgoing.bytes, this.#slot, outgoing.version);
    const relayed = await route.send(outgoing.relayed);
    const release = route.releaseOf(relayed, this.#times, outgoing.release);
    if (release !== outgoing.release && !corrected)
      return this.#sendThrough(route, this.#seal(outgoing.ballot, outgoing.version + 1, release), onProgress, true);
    this.#outgoing = null;
    this.#sent = outgoing;
    onProgress("sent");
    return new Receipt({ leafHash: outgoing.leafHash, relayed }, this.#source);
  }

  async #sendStraight(outgoing: Outgoing, onProgress: Progress): Promise<Receipt> {
    const answer = await this.#source.transport.post("submissions", SUBMISSION_TYPE, outgoing.bytes, PROMISE);
    const promise = decodePromise(answer);
    const mine = equal(promise.leafHash, outgoing.leafHash) && equal(promise.manifestId, this.#source.seen.id);
    if (!mine || !verifyPromise(promise, fromHex(this.#source.programme.promiseKey))) throw new AmanaError("ERR_RESPONSE_INVALID");
    this.#sequence = outgoing.version;
    this.#outgoing = null;
    onProgress("kept");
    return new Receipt({ leafHash: promise.leafHash, promise }, this.#source);
  }
}
