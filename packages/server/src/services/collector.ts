import { toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import { checkWork, decodeMessage, WORK_LENGTH } from "@amana/core/mailbox";
import type { SigningKey } from "@amana/core/primitives";
import {
  checkSubmission,
  decodeSubmission,
  encodePromise,
  encodeReportLeaf,
  encodeSubmissionLeaf,
  lastSequence,
  peekManifestId,
  signPromise,
} from "@amana/core/submission";
import type { Admitted, KnownKey, Store } from "../stores/store.ts";
import { checkPhases } from "./phases.ts";
import type { LiveRound, Rounds } from "./round.ts";
import type { Claim } from "./uploads.ts";

export interface CollectorOptions {
  readonly rounds: Rounds;
  readonly store: Store;
  readonly promiseKey: SigningKey;
  readonly now?: () => Date;
  /** What a submission must pass before it is admitted: `checkSubmission`. Tests show what happens without it. */
  readonly check?: typeof checkSubmission;
  /** Claims the uploads of a message. */
  readonly claim: Claim;
  /** What a round with `phases` waits for: `checkPhases`. Tests show what happens without it. */
  readonly phases?: typeof checkPhases;
  /** How much a channel takes: {@link CHANNEL_LIMITS}. */
  readonly limits?: ChannelLimits;
}

/** Both answer with the 136 bytes of a promise, after the disk has the submission. */
export interface Collector {
  /**
   * A survey's or consultation's submission (`AMS1`); the bytes are attacker-controlled.
   * @throws ERR_SUBMISSION_FORMAT, ERR_ROUND_UNKNOWN, ERR_ROUND_NOT_OPEN, ERR_ROUND_TOO_FEW, ERR_ROUND_CLOSED, ERR_ROUND_CANCELLED, ERR_ENVELOPE_FORMAT, ERR_SUBMISSION_SIGNATURE,
   * ERR_TOKEN_MISSING, ERR_TOKEN_INVALID, ERR_SEQUENCE_USED, ERR_REVISIONS_SPENT, ERR_OVERLOADED, ERR_STORE_WRITE
   */
  submit(body: Uint8Array): Promise<Uint8Array>;
  /** A submission that came through the gateway with the key of `round`; attacker-controlled. It always has tokens. @throws as `submit` */
  relayed(body: Uint8Array, round: LiveRound): Promise<Uint8Array>;
  /**
   * A message of a reports round, `work[8] ‖ AMS1 ‖ uploads[4][16]`; attacker-controlled.
   * @throws as `submit`, ERR_WORK_MISSING, ERR_CHANNEL_FULL, ERR_MAILBOX_GAP, ERR_UPLOAD_INCOMPLETE, ERR_ATTACHMENTS_FULL
   */
  report(body: Uint8Array): Promise<Uint8Array>;
}

/** Above this many waiting records in a round, revisions wait until an epoch is full; new keys never do. */
export const PENDING_LIMIT = 4096;

/** Messages of one channel at most, a mailbox having 256 of its own: what protects the disk. */
export interface ChannelLimits {
  /** From so many on, no new mailbox is opened. */
  readonly reports: number;
  /** From so many on, nothing is taken: conversations go on for a while in a channel that takes no new ones. */
  readonly messages: number;
}

/** A message takes some 24 kB at rest: 5 and 6 GB. */
export const CHANNEL_LIMITS: ChannelLimits = { reports: 200_000, messages: 250_000 };

/** What stands around a message's submission: its work, the uploads that it claims, and all that the work is for. */
interface Around {
  readonly work: Uint8Array;
  readonly uploads: readonly Uint8Array[];
  readonly message: Uint8Array;
}
const NOTHING = new Uint8Array(0);
const ALONE: Around = { work: NOTHING, uploads: [], message: NOTHING };

/** Admits submissions. Keys and sizes come from the manifest, windows from it and its amendments, nothing from the request. */
export function createCollector(options: CollectorOptions): Collector {
  return {
    submit: async (body) => admit(options, findDirect(options.rounds, body, false), body),
    relayed: async (body, round) => admit(options, sameRound(round, body), body),
    report: async (body) => {
      const message = body.slice(WORK_LENGTH);
      const { submission, uploads } = decodeMessage(message);
      return admit(options, findDirect(options.rounds, submission, true), submission, {
        message,
        uploads,
        work: body.slice(0, WORK_LENGTH),
      });
    },
  };
}

async function admit(options: CollectorOptions, round: LiveRound, bytes: Uint8Array, around: Around = ALONE): Promise<Uint8Array> {
  const { store, promiseKey, now = () => new Date(), check = checkSubmission, phases = checkPhases } = options;
  const arrival = now();
  const reports = round.manifest.kind === "reports";
  // 1. The round, which the caller found, and with it the size.
  const submission = decodeSubmission(bytes, round.manifest);
  const responseKey = toHex(submission.responseKey);
  const leaf = reports ? encodeReportLeaf(bytes) : encodeSubmissionLeaf(submission);
  const hash = leafHash(leaf);
  const promise = (epoch: number): Uint8Array => encodePromise(signPromise({ manifestId: round.id, leafHash: hash, epoch }, promiseKey));
  // 2. The same bytes: the same promise, for ever. Nothing else of them needs checking again.
  const { key, admitted: before } = await store.lookUp(round.idHex, responseKey, submission.sequence);
  if (before !== null && before.leafHash === toHex(hash)) return promise(before.epoch);
  // 3. The window and the phase, the work, then everything that needs no memory, cheap first. What the window lets in here and the last seal
  //    overtakes is refused by the store.
  checkWindow(round, arrival);
  phases(round, submission.audience);
  if (reports && !checkWork(round.id, around.message, around.work, round.manifest.workDifficulty)) throw new AmanaError("ERR_WORK_MISSING");
  if (reports) await checkRoom(store, round, submission.sequence, options.limits);
  //    Through a relay every version has its tokens: the first one may be still on its way.
  check(submission, round.manifest, round.manifest.relay === null && key !== null);
  //    Attachments are claimed durably first: a message that is admitted has them. That waits for the disk, so the window is asked again.
  if (around.uploads.length > 0) {
    checkSequence(submission.sequence, key, round);
    await options.claim(round, responseKey, around.uploads, toHex(hash));
    checkWindow(round, now());
  }
  // 4. Admission on (response key, sequence).
  const admitted = await store.admitSubmission(round.idHex, {
    responseKey,
    sequence: submission.sequence,
    audience: submission.audience,
    leafHash: toHex(hash),
    leaf,
    envelope: reports ? bytes : submission.envelope,
    epoch: round.state.filling,
    gapless: reports,
    revisionsUpTo: reports ? Number.POSITIVE_INFINITY : PENDING_LIMIT,
  });
  // 5. The promise, after the disk has it.
  return promise(epochOf(admitted, round));
}

/** Whether a channel has room. A few that are under way beside each other may go beyond it. @throws ERR_CHANNEL_FULL */
async function checkRoom(
  store: Store,
  { idHex, state }: LiveRound,
  sequence: number,
  limits: ChannelLimits = CHANNEL_LIMITS,
): Promise<void> {
  let messages = state.epochs.reduce((sum, { count }) => sum + count, 0);
  for (const { records } of (await store.pendingCounts(idHex)).values()) messages += records;
  if (messages >= (sequence === 0 ? limits.reports : limits.messages)) throw new AmanaError("ERR_CHANNEL_FULL");
}

/** The round of something that was sent straight here. @throws ERR_RELAY_REQUIRED where it would come with its sender's address */
function findDirect(rounds: Rounds, bytes: Uint8Array, reports: boolean): LiveRound {
  const id = peekManifestId(bytes);
  if (id === null) throw new AmanaError("ERR_SUBMISSION_FORMAT");
  const round = rounds.byId(toHex(id));
  if (round === undefined) throw new AmanaError("ERR_ROUND_UNKNOWN");
  if ((round.manifest.kind === "reports") !== reports) throw new AmanaError("ERR_SUBMISSION_FORMAT");
  if (round.manifest.relay !== null) throw new AmanaError("ERR_RELAY_REQUIRED");
  return round;
}

/** The round whose key opened a request must be the one that it is for. */
function sameRound(round: LiveRound, bytes: Uint8Array): LiveRound {
  const id = peekManifestId(bytes);
  if (id === null) throw new AmanaError("ERR_SUBMISSION_FORMAT");
  if (toHex(id) !== round.idHex) throw new AmanaError("ERR_ROUND_UNKNOWN");
  return round;
}

/** Whether a round takes anything now. @throws ERR_ROUND_CANCELLED, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED */
export function checkWindow({ times, state }: LiveRound, now: Date): void {
  const seconds = now.getTime() / 1000;
  if (times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
  if (seconds < times.windows.answeringOpen) throw new AmanaError("ERR_ROUND_NOT_OPEN");
  if (seconds >= times.windows.answeringClose || state.answeringEnded) throw new AmanaError("ERR_ROUND_CLOSED");
}

/** What will be refused claims nothing: an upload that is claimed is not among those that make room. @throws ERR_MAILBOX_GAP, ERR_SEQUENCE_USED, ERR_REVISIONS_SPENT */
function checkSequence(sequence: number, known: KnownKey | null, round: LiveRound): void {
  const highestSequence = known?.highestSequence ?? -1;
  if (sequence <= highestSequence) epochOf({ outcome: "other", highestSequence }, round);
  if (sequence > highestSequence + 1) epochOf({ outcome: "gap" }, round);
}

function epochOf(admitted: Admitted, { manifest, times }: LiveRound): number {
  switch (admitted.outcome) {
    case "admitted":
    case "same":
      return admitted.epoch;
    case "other": {
      const { highestSequence } = admitted;
      throw new AmanaError(highestSequence >= lastSequence(manifest) ? "ERR_REVISIONS_SPENT" : "ERR_SEQUENCE_USED", { highestSequence });
    }
    case "audience":
      throw new AmanaError("ERR_TOKEN_INVALID");
    case "gap":
      throw new AmanaError("ERR_MAILBOX_GAP");
    case "closed":
      throw new AmanaError(times.cancelled === null ? "ERR_ROUND_CLOSED" : "ERR_ROUND_CANCELLED");
    case "later":
      throw new AmanaError("ERR_OVERLOADED", { retryAfter: Math.max(1, manifest.epoch.minimumSeconds) });
  }
}
