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
import type { LedgerView } from "../wire/ledger-view.ts";
import { postJson } from "../wire/rounds.ts";
import type { Transport } from "../wire/transport.ts";

/** One report with its follow-ups, opened on the handler's machine. */
export interface ReportCase {
  /** First 8 hex digits of the mailbox address: how handlers speak of a case. */
  readonly reference: string;
  /** The response key that signs its messages: what attachments are opened with. */
  readonly writer: Uint8Array;
  readonly first: FirstReport;
  readonly followUps: readonly ReportDocument[];
  /**
   * The audience, when a mark was given and checked; `false` for one that does not check. `cases` are all that bear the same mark: more than
   * one are one person's, however many voices they seem.
   */
  readonly mark: { readonly audience: string; readonly cases: number } | null | false;
  /** How many replies the store holds for this mailbox. */
  readonly replies: number;
}

/** What a channel holds: cases that open, and how many messages do not. */
export interface Inbox {
  readonly cases: readonly ReportCase[];
  /** Messages that were not sealed as the protocol says, or come after one that is missing. They never stop the others. */
  readonly unreadable: number;
  /** Messages in the ledger that the server did not hand over; null where no ledger was given. */
  readonly withheld: number | null;
}

/**
 * Fetches and opens every report of a channel. Handlers only; opening happens here, not on the server.
 * `surveys` are the manifests whose marks this channel accepts. With a `view` of the ledger, what the server holds back is counted.
 * @throws ERR_FETCH_REFUSED, ERR_KEY_FILE, ERR_NETWORK, ERR_LEDGER_*
 */
export async function openInbox(
  transport: Transport,
  manifest: Manifest,
  keys: HolderKeys,
  surveys: readonly Manifest[],
  view: LedgerView | null = null,
): Promise<Inbox> {
  const body = await fetchRequest(transport, manifest, keys, 0);
  const reply = await postJson(transport, `rounds/${manifest.round}/reports`, body, LARGEST_INBOX);
  const store = await transport.get(`rounds/${manifest.round}/replies`);
  const groups = groupByWriter(reply, manifest);
  const cases: ReportCase[] = [];
  let unreadable = groups.unreadable;
  for (const messages of groups.writers.values()) {
    try {
      const opened = await openCase(messages, manifest, keys, surveys, store);
      unreadable += messages.length - 1 - opened.followUps.length;
      cases.push(opened);
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      unreadable += messages.length;
    }
  }
  cases.sort((a, b) => compare(a.first.address, b.first.address));
  const withheld = view === null ? null : await countWithheld(view, manifest, groups.hashes);
  return { cases: withSharedMarks(cases), unreadable, withheld };
}

/** Bytes of a channel's messages that are read at most: some 25,000 of them. */
const LARGEST_INBOX = 512 * 1024 * 1024;

interface Groups {
  readonly writers: ReadonlyMap<string, readonly Submission[]>;
  readonly unreadable: number;
  /** SHA-256 of every message, hex. */
  readonly hashes: ReadonlySet<string>;
}

/**
 * Messages of one response key, in sequence, without a gap: what comes after a missing one is not read, and what came before is. The server is
 * attacker-controlled: every submission is checked again, and one that is handed over twice is one.
 */
function groupByWriter(reply: Uint8Array, manifest: Manifest): Groups {
  const reader = new Reader(reply, "ERR_RESPONSE_INVALID");
  const writers = new Map<string, Submission[]>();
  const hashes = new Set<string>();
  let unreadable = 0;
  while (reader.left > 0) {
    const bytes = reader.vector(submissionLength(manifest));
    const hash = toHex(SHA256(bytes));
    if (hashes.has(hash)) continue;
    hashes.add(hash);
    try {
      const submission = decodeSubmission(bytes, manifest);
      checkSubmission(submission, manifest, true);
      const key = toHex(submission.responseKey);
      const others = writers.get(key);
      if (others === undefined) writers.set(key, [submission]);
      else others.push(submission);
    } catch (error) {
      if (!isAmanaError(error)) throw error;
      unreadable += 1;
    }
  }
  for (const messages of writers.values()) messages.sort((a, b) => a.sequence - b.sequence);
  return { writers, unreadable, hashes };
}

/** How many leaves of the channel's epochs are no message that was handed over. */
async function countWithheld(view: LedgerView, manifest: Manifest, hashes: ReadonlySet<string>): Promise<number> {
  const round = toHex(manifestId(manifest));
  let withheld = 0;
  let mine = { from: 0, to: 0 };
  for await (const { entry, index } of view.entries()) {
    if (entry.type === "epoch" && entry.manifest === round) mine = { from: entry.firstIndex, to: entry.firstIndex + entry.count };
    const ours = entry.type === "report" && index >= mine.from && index < mine.to;
    if (ours && !hashes.has(toHex(entry.hash))) withheld += 1;
  }
  return withheld;
}

async function openCase(
  messages: readonly Submission[],
  manifest: Manifest,
  keys: HolderKeys,
  surveys: readonly Manifest[],
  store: Uint8Array,
): Promise<ReportCase> {
  const gap = messages.findIndex(({ sequence }, index) => sequence !== index);
  const [head, ...rest] = gap < 0 ? messages : messages.slice(0, gap);
  if (head === undefined) throw new AmanaError("ERR_MAILBOX_GAP");
  const report = decodeFirstReport(await openMessage(head, manifest, keys));
  return {
    reference: toHex(report.address).slice(0, 8),
    writer: head.responseKey,
    first: report,
    followUps: await readableFollowUps(rest, manifest, keys),
    mark: checkMark(report, manifest, surveys),
    replies: countReplies(store, manifest, report.address),
  };
}

/** Those that open: a follow-up that was sealed badly must not hide the report that it follows. */
async function readableFollowUps(messages: readonly Submission[], manifest: Manifest, keys: HolderKeys): Promise<ReportDocument[]> {
  const documents: ReportDocument[] = [];
  for (const message of messages) {
    try {
      documents.push(decodeReportDocument(await openMessage(message, manifest, keys)));
    } catch (error) {
      if (!isAmanaError(error)) throw error;
    }
  }
  return documents;
}

/** Counts the cases that one report key marks: it vouches for one person, not for each mailbox. */
function withSharedMarks(cases: readonly ReportCase[]): ReportCase[] {
  const keyOf = ({ first }: ReportCase): string => (first.mark === null ? "" : toHex(first.mark.reportKey));
  const counts = new Map<string, number>();
  for (const each of cases) if (each.mark) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return cases.map((each) => (each.mark ? { ...each, mark: { ...each.mark, cases: counts.get(keyOf(each)) ?? 1 } } : each));
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
    return { audience: survey.audiences[mark.audience]?.id ?? "", cases: 1 };
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
  for (let sequence = to.replies; sequence < to.replies + TRIES; sequence++) {
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
  throw new AmanaError("ERR_RESPONSE_INVALID");
}

/** Replies of one day that a mailbox may have: the server says which places are taken, and each is sealed anew. */
const TRIES = 64;
