import { equal, fromHex, toHex } from "@amana/core/bytes";
import { type CaseChange, type CaseHistory, type CaseRecord, type Deadlines, deadlines, resolveCase } from "@amana/core/cases";
import { isAmanaError } from "@amana/core/errors";
import { decodeFirstReport, decodeReportDocument, type FirstReport, type ReportDocument, verifyMark } from "@amana/core/mailbox";
import { type Manifest, manifestId } from "@amana/core/manifest";
import { KEM_PUBLIC_KEY } from "@amana/core/primitives";

/** A message of the reporter. */
export interface CaseMessage {
  readonly sequence: number;
  /** Days since 1 January 1970, UTC: of the epoch it is logged under, or today. */
  readonly day: number;
  readonly sealed: boolean;
  /** Of its ledger entry, hex. */
  readonly leafHash: string;
  readonly document: ReportDocument;
}

/** A reply to the reporter. */
export interface CaseReply {
  readonly sequence: number;
  /** Null, with `text`: it stands in the store, and its handler's tool left no copy. */
  readonly handler: number | null;
  readonly text: string | null;
  readonly day: number | null;
  readonly feedback: boolean;
  /** It is in the store, where the reporter finds it. One that is not comes at the next rebuild, unless it is `lost`. */
  readonly published: boolean;
  /** The store should have it since days: it was not delivered, whatever its record says, and is to be written again. */
  readonly lost: boolean;
  /** Several handlers left a copy of this one entry, each in its own name: one of them did not write it. */
  readonly disputed: boolean;
}

/** The audience, when a mark was given and checked; `false` for one that does not check. `cases` are all that bear the same mark: more than one are one person's, however many voices they seem. */
export type CaseMark = { readonly audience: string; readonly cases: number } | null | false;

/** A message as it was opened, before its document is read. */
export interface SealedMessage {
  readonly sequence: number;
  readonly day: number;
  readonly sealed: boolean;
  readonly leafHash: string;
  readonly plaintext: Uint8Array;
}

/** The SHA-256 of a mailbox's reply of a sequence in the store, hex; null where the store has none. */
export type PublishedReplies = (address: Uint8Array, sequence: number) => string | null;

/** What a case is put together from. */
export interface CaseParts {
  readonly manifest: Manifest;
  readonly surveys: readonly Manifest[];
  readonly writer: string;
  /** How handlers speak of the case; its own. */
  readonly reference: string;
  /** How many other reports name the same mailbox. */
  readonly doubles: number;
  /** Days since 1 January 1970, UTC. */
  readonly today: number;
  /** From sequence 0 without a gap; at least one. */
  readonly messages: readonly SealedMessage[];
  readonly records: readonly CaseRecord[];
  readonly published: PublishedReplies;
  /** How many cases bear this report key with a mark that checks. */
  readonly bearers: (reportKey: string) => number;
}

/** Where the plaintext of a first report has its mailbox: at its beginning. */
const ADDRESS = 32;

/**
 * Everything of one mailbox, as this handler's machine knows it. Documents and marks are read when they are asked for: a list of
 * ten thousand does not wait for them.
 */
export class Case {
  readonly #parts: CaseParts;
  /** The mailbox, 32 bytes. */
  readonly address: Uint8Array;
  /** First 8 hex digits of the address, and of the writer's key behind them where others begin like it: how handlers speak of a case. */
  readonly reference: string;
  /** How many other reports name the same mailbox: whoever wrote them has seen this one or was told of it, a handler for instance. */
  readonly doubles: number;
  /** The reporter's response key, 32 bytes. */
  readonly writer: Uint8Array;
  readonly history: CaseHistory;
  /** The day on which the report came. */
  readonly received: number;
  #first: FirstReport | null = null;
  #audience: string | null | false | undefined;
  #deadlines: Deadlines | undefined;

  constructor(parts: CaseParts) {
    this.#parts = parts;
    this.address = addressOf(parts.messages);
    this.reference = parts.reference;
    this.doubles = parts.doubles;
    this.writer = fromHex(parts.writer);
    this.history = resolveCase(parts.records, toHex(this.address));
    this.received = (parts.messages[0] as SealedMessage).day;
  }

  get first(): FirstReport {
    this.#first ??= decodeFirstReport((this.#parts.messages[0] as SealedMessage).plaintext);
    return this.#first;
  }

  /** What the reporter wrote, the report first. */
  get messages(): readonly CaseMessage[] {
    return this.#parts.messages.map(({ plaintext, ...rest }) => ({
      ...rest,
      document: rest.sequence === 0 ? this.first.document : decodeReportDocument(plaintext),
    }));
  }

  get replies(): readonly CaseReply[] {
    const copies = this.history.records.flatMap(({ handler, document: { day, change } }) =>
      change.kind === "reply" ? [{ handler, day, change }] : [],
    );
    const replies: CaseReply[] = [];
    for (let sequence = 0; ; sequence++) {
      const entry = this.#parts.published(this.address, sequence);
      if (entry === null) break;
      const mine = copies.filter(({ change }) => change.sequence === sequence && change.sha256 === entry);
      const copy = mine.at(-1);
      const disputed = new Set(mine.map(({ handler }) => handler)).size > 1;
      replies.push(copy === undefined ? { ...NO_COPY, sequence } : shown(copy, { published: true, disputed, lost: false }));
    }
    const first = replies.length;
    const waiting = new Map(copies.filter(({ change }) => change.sequence >= first).map((copy) => [copy.change.sequence, copy]));
    const sorted = [...waiting.values()].sort((a, b) => a.change.sequence - b.change.sequence);
    return [...replies, ...sorted.map((copy) => shown(copy, { published: false, disputed: false, lost: this.#isLost(copy.day) }))];
  }

  get mark(): CaseMark {
    const audience = this.markedAudience;
    const { mark } = this.first;
    return mark === null || audience === null || audience === false
      ? (audience as null | false)
      : { audience, cases: this.#parts.bearers(toHex(mark.reportKey)) };
  }

  /** The audience that a mark vouches for; null without one, false where it does not check. Checked once. */
  get markedAudience(): string | null | false {
    if (this.#audience === undefined) this.#audience = this.#checkMark();
    return this.#audience;
  }

  /** The report key of a mark, hex, not checked; null without one. */
  get reportKey(): string | null {
    const { plaintext } = this.#parts.messages[0] as SealedMessage;
    if (plaintext[ADDRESS + KEM_PUBLIC_KEY] === 0) return null;
    return this.first.mark === null ? null : toHex(this.first.mark.reportKey);
  }

  /**
   * Whether its reporter wrote again after the day on which a handler last said where the case stands. Of what was put away as junk that is how
   * somebody who was taken for junk by mistake is heard at all.
   */
  get isWrittenSince(): boolean {
    const last = this.history.records.findLast(({ document }) => document.change.kind === "state");
    return last !== undefined && this.#parts.messages.some(({ sequence, day }) => sequence > 0 && day > last.document.day);
  }

  /** By when the reporter is to hear something; both null when all was done, or for junk. */
  get deadlines(): Deadlines {
    this.#deadlines ??= this.#computeDeadlines();
    return this.#deadlines;
  }

  #computeDeadlines(): Deadlines {
    if (this.history.state === "junk") return { acknowledgeBy: null, feedbackBy: null };
    const replies = this.replies.filter(({ lost }) => !lost);
    // A reply without a copy told the reporter that the report came, on a day that nobody knows. What a record says of its day is its writer's word.
    const days = replies.map(({ day }) => Math.max(this.received, Math.min(day ?? this.received, this.#parts.today)));
    const acknowledged = days.length === 0 ? null : Math.min(...days);
    return deadlines({ received: this.received, acknowledged, hasFeedback: replies.some(({ feedback }) => feedback) });
  }

  /** Whether two rebuilds have gone by without a reply of this day, or the day is none that can be. */
  #isLost(day: number): boolean {
    const { today, manifest } = this.#parts;
    return day > today + 1 || day + 2 * Math.ceil(manifest.epoch.minimumSeconds / DAY) < today;
  }

  #checkMark(): string | null | false {
    const { manifest, surveys } = this.#parts;
    const { mark, address } = this.first;
    if (mark === null) return null;
    const survey = surveys.find((candidate) => equal(manifestId(candidate), mark.survey));
    try {
      if (survey === undefined) return false;
      verifyMark(mark, manifest, { address, responseKey: this.writer }, survey);
      return survey.audiences[mark.audience]?.id ?? "";
    } catch (error) {
      if (isAmanaError(error, "ERR_MARK_INVALID")) return false;
      throw error;
    }
  }
}

const NO_COPY = { handler: null, text: null, day: null, feedback: false, published: true, lost: false, disputed: false } as const;

/** Seconds. */
const DAY = 86_400;

interface Copy {
  readonly handler: number;
  readonly day: number;
  readonly change: Extract<CaseChange, { kind: "reply" }>;
}

function shown({ handler, day, change }: Copy, how: Pick<CaseReply, "published" | "lost" | "disputed">): CaseReply {
  const { sequence, text, feedback } = change;
  return { sequence, handler, text, day, feedback, ...how };
}

/** The mailbox that a first report names. */
export function addressOf([first]: readonly SealedMessage[]): Uint8Array {
  return (first as SealedMessage).plaintext.slice(0, ADDRESS);
}
