import { compare, equal, H, Reader, type Rng, SHA256, TAGS, toHex } from "@amana/core/bytes";
import { open, openShare } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import {
  decodeFirstReport,
  decodeReportDocument,
  type FirstReport,
  REPLY_LENGTH,
  type ReportDocument,
  replyLookup,
  reportContext,
  sealReply,
  verifyMark,
} from "@amana/core/mailbox";
import { type Manifest, manifestId, recipients } from "@amana/core/manifest";
import { randomBytes, sign } from "@amana/core/primitives";
import { checkSubmission, decodeSubmission, type Submission, submissionLength } from "@amana/core/submission";
import { fetchRequest, type HolderKeys, holderIndex } from "../wire/holder.ts";
import { postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";

/** One report with its follow-ups, opened on the handler's machine. */
export interface ReportCase {
  /** First 8 hex digits of the mailbox address: how handlers speak of a case. */
  readonly reference: string;
  readonly first: FirstReport;
  readonly followUps: readonly ReportDocument[];
  /** `verified` with the audience, when a mark was given and checked; `false` for one that does not check. */
  readonly mark: { readonly audience: string } | null | false;
  /** How many replies the store holds for this mailbox. */
  readonly replies: number;
}

/** What a channel holds: cases that open, and how many messages do not. */
export interface Inbox {
  readonly cases: readonly ReportCase[];
  /** Messages that were not sealed as the protocol says. They are never opened, and never stop the others. */
  readonly unreadable: number;
}

/**
 * Fetches and opens every report of a channel. Handlers only; opening happens here, not on the server.
 * `surveys` are the manifests whose marks this channel accepts.
 * @throws ERR_FETCH_REFUSED, ERR_KEY_FILE, ERR_NETWORK
 */
export async function openInbox(transport: Transport, manifest: Manifest, keys: HolderKeys, surveys: readonly Manifest[]): Promise<Inbox> {
  const body = await fetchRequest(transport, manifest, keys, 0);
  const reply = await postJson(transport, `rounds/${manifest.round}/reports`, body);
  const store = await transport.get(`rounds/${manifest.round}/replies`);
  const groups = groupByWriter(reply, manifest);
  const cases: ReportCase[] = [];
  let unreadable = groups.unreadable;
  for (const messages of groups.writers.values()) {
    try {
      cases.push(await openCase(messages, manifest, keys, surveys, store));
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      unreadable += messages.length;
    }
  }
  cases.sort((a, b) => compare(a.first.address, b.first.address));
  return { cases, unreadable };
}

/** Messages of one response key, in sequence. The server is attacker-controlled: every submission is checked again. */
function groupByWriter(reply: Uint8Array, manifest: Manifest): { writers: Map<string, Submission[]>; unreadable: number } {
  const reader = new Reader(reply, "ERR_RESPONSE_INVALID");
  const writers = new Map<string, Submission[]>();
  let unreadable = 0;
  while (reader.left > 0) {
    const bytes = reader.vector(submissionLength(manifest));
    try {
      const submission = decodeSubmission(bytes, manifest);
      checkSubmission(submission, manifest, true);
      const key = toHex(submission.responseKey);
      writers.set(key, [...(writers.get(key) ?? []), submission]);
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      unreadable += 1;
    }
  }
  for (const messages of writers.values()) messages.sort((a, b) => a.sequence - b.sequence);
  return { writers, unreadable };
}

async function openCase(
  messages: readonly Submission[],
  manifest: Manifest,
  keys: HolderKeys,
  surveys: readonly Manifest[],
  store: Uint8Array,
): Promise<ReportCase> {
  if (messages.some(({ sequence }, index) => sequence !== index)) throw new AmanaError("ERR_MAILBOX_GAP");
  const [first, ...rest] = await Promise.all(messages.map((message) => openMessage(message, manifest, keys)));
  const report = decodeFirstReport(first as Uint8Array);
  return {
    reference: toHex(report.address).slice(0, 8),
    first: report,
    followUps: rest.map(decodeReportDocument),
    mark: checkMark(report, manifest, surveys),
    replies: countReplies(store, manifest, report.address),
  };
}

async function openMessage({ envelope, responseKey, sequence }: Submission, manifest: Manifest, keys: HolderKeys): Promise<Uint8Array> {
  const context = reportContext(manifestId(manifest), responseKey, sequence);
  const share = openShare(envelope, holderIndex(manifest, keys), keys.kem, context);
  if (share === null) throw new AmanaError("ERR_ENVELOPE_SHARES");
  return open(envelope, [share], { recipients: recipients(manifest), threshold: 1, context, size: manifest.size });
}

function checkMark({ mark, address }: FirstReport, manifest: Manifest, surveys: readonly Manifest[]): ReportCase["mark"] {
  if (mark === null) return null;
  const survey = surveys.find((candidate) => equal(manifestId(candidate), mark.survey));
  try {
    if (survey === undefined) return false;
    verifyMark(mark, manifest, address, survey);
    return { audience: survey.audiences[mark.audience]?.id ?? "" };
  } catch (error) {
    if (isAmanaError(error, "ERR_MARK_INVALID")) return false;
    throw error;
  }
}

function countReplies(store: Uint8Array, manifest: Manifest, address: Uint8Array): number {
  const known = new Set<string>();
  for (let at = 0; at + REPLY_LENGTH <= store.length; at += REPLY_LENGTH) known.add(toHex(store.subarray(at, at + 32)));
  let count = 0;
  while (known.has(toHex(replyLookup(manifestId(manifest), address, count)))) count++;
  return count;
}

/**
 * Seals a signed reply to a report's mailbox and delivers it. It appears in the store at the next rebuild.
 * @throws ERR_ENVELOPE_SIZE for a text of more than `REPLY_TEXT_LIMIT` bytes, ERR_NETWORK
 */
export async function reply(
  transport: Transport,
  manifest: Manifest,
  to: ReportCase,
  text: string,
  keys: HolderKeys,
  rng: Rng = randomBytes,
): Promise<void> {
  const handler = holderIndex(manifest, keys);
  const { address, replyKey } = to.first;
  for (let sequence = to.replies; ; sequence++) {
    const sealed = sealReply({ reports: manifest, address, replyKey, sequence, handler, text }, keys.signing, rng);
    const signature = sign(keys.signing, H(TAGS.replyDelivery, manifestId(manifest), SHA256(sealed)));
    try {
      await postJson(transport, `rounds/${manifest.round}/replies`, { holder: handler, reply: toHex(sealed), signature: toHex(signature) });
      return;
    } catch (error) {
      // A reply of today that is not in the store yet has this place: take the next.
      if (!isAmanaError(error, "ERR_SEQUENCE_USED")) throw error;
    }
  }
}
