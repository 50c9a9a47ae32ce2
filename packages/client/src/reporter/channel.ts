import { equal, fromHex, type LocalizedText, newSecretCode, PROTOCOL, type SecretCode, toHex } from "@amana/core/bytes";
import { mailboxSecret, replyKemKey, responseSigningKey } from "@amana/core/credential";
import { seal } from "@amana/core/envelope";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { leafHash } from "@amana/core/ledger";
import {
  type AttachmentReference,
  encodeFirstReport,
  encodeMessage,
  encodeReportDocument,
  type Mark,
  type MarkedReport,
  mailboxAddress,
  makeMark,
  openReplies,
  REPLY_LENGTH,
  type ReplyFault,
  reportContext,
  withWork,
} from "@amana/core/mailbox";
import { type Manifest, type RoundTimes, recipients } from "@amana/core/manifest";
import type { Programme } from "@amana/core/programme";
import {
  decodePromise,
  encodeReportLeaf,
  encodeSubmission,
  type InclusionPromise,
  lastSequence,
  signSubmission,
  verifyPromise,
} from "@amana/core/submission";
import type { ClientOptions } from "../respondent/options.ts";
import { Receipt } from "../respondent/receipt.ts";
import { openSource, type RoundSource } from "../respondent/source.ts";
import type { RoundState } from "../wire/rounds.ts";
import type { MarkSource, Marks } from "./marks.ts";
import { type AttachmentSource, checkSources, Upload, uploadLength } from "./upload.ts";
import { solveHere } from "./work.ts";

/**
 * What sending goes through. `uploading` comes after each group of an attachment, with the bytes that the server has and those of all attachments
 * of the message; `working` is the proof of work.
 */
export type ReportProgress = (
  step: "uploading" | "sealing" | "working" | "sending" | "kept",
  upload?: { readonly sent: number; readonly total: number },
) => void;

/** What a reporter says: chosen options by name, and free text. */
export interface ReportContent {
  /** The language to answer in. */
  readonly locale: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A reply of a handler, as the reporter sees it; or, in its place, that what stands there is none. */
export interface ShownReply {
  /** The handler's organisation, as the programme names it; of a fault, who signed it all the same. Null where nobody can tell. */
  readonly organisation: LocalizedText | null;
  /** Null: nothing of what stands here is to be believed, so nothing of it is shown. */
  readonly text: string | null;
  /** What is wrong at this place: no handler signed what is here; several replies are signed for it, all of them shown before this; or nothing is here and something later is. */
  readonly fault: ReplyFault["fault"] | null;
}

/** Bytes of a promise. */
const PROMISE = 136;
/** How often a follow-up is sealed anew because another device was faster. Each costs a proof of work, and the server says that it is needed. */
const TRIES = 3;

interface Message {
  readonly plaintext: Uint8Array;
  readonly sequence: number;
  readonly attached: Attached;
}

/** Attachments that the server has. */
interface Attached {
  readonly sources: readonly AttachmentSource[];
  readonly references: readonly AttachmentReference[];
  readonly uploads: readonly Uint8Array[];
}

/** Bytes on their way: what a retry sends again. */
interface Outgoing {
  readonly bytes: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly writer: string;
  readonly sequence: number;
  readonly sources: readonly AttachmentSource[];
}

/** A reports round whose programme and manifest were verified: where anyone reports and comes back. */
export class Channel {
  readonly manifest: Manifest;
  readonly programme: Programme;
  readonly title: LocalizedText;
  readonly state: RoundState;
  /** When the channel opens and closes, as amended; and why it was cancelled, if it was. */
  readonly times: RoundTimes;
  readonly #source: RoundSource;
  #outgoing: Outgoing | null = null;
  /** The highest sequence that was promised here, by response key. */
  readonly #promised = new Map<string, number>();
  /** Uploads of messages that are not promised yet, by response key and file. */
  readonly #uploads = new Map<string, Map<AttachmentSource, Upload>>();

  constructor(source: RoundSource, state: RoundState) {
    this.manifest = source.seen.manifest;
    this.programme = source.programme;
    this.title = this.manifest.title;
    this.state = state;
    this.times = source.times;
    this.#source = source;
  }

  /** The organisations whose handlers can read what is written here. */
  get organisations(): readonly LocalizedText[] {
    return this.manifest.handlers.map(({ organisation }) => this.#organisation(organisation));
  }

  /** A secret code of its own for each report. Show it, have it confirmed, keep it nowhere. */
  newSecretCode(): SecretCode {
    return newSecretCode(this.#source.environment.rng);
  }

  /**
   * Uploads the attachments, then seals and sends a report. On `ERR_NETWORK` nothing is lost: while files are uploaded, the same call with the same
   * sources goes on where it was, and after that `retry` sends the same bytes.
   * @throws ERR_ATTACHMENT_COUNT, ERR_ATTACHMENT_SIZE, ERR_ATTACHMENT_NAME before anything is sent; ERR_ATTACHMENT_READ, ERR_ATTACHMENTS_FULL,
   * ERR_UPLOAD_INCOMPLETE (the same call again uploads anew), ERR_OVERLOADED, ERR_ROUND_CANCELLED, ERR_ENVELOPE_SIZE, ERR_MARK_INVALID, ERR_ROUND_NOT_OPEN, ERR_ROUND_CLOSED, ERR_WORK_MISSING, ERR_NETWORK, ERR_RESPONSE_INVALID
   */
  async report(
    secretCode: SecretCode,
    content: ReportContent,
    onProgress: ReportProgress = () => undefined,
    mark: MarkSource | null = null,
    attachments: readonly AttachmentSource[] = [],
  ): Promise<Receipt> {
    const { id } = this.#source.seen;
    const attached = await this.#attach(secretCode, attachments, onProgress);
    const address = this.#address(secretCode);
    const plaintext = encodeFirstReport({
      address,
      replyKey: replyKemKey(secretCode, id).publicKey,
      mark: mark === null ? null : this.#mark(mark, { address, responseKey: responseSigningKey(secretCode, id).publicKey }),
      document: { protocol: PROTOCOL, type: "report", ...content, attachments: attached.references },
    });
    return this.#send(secretCode, { plaintext, sequence: 0, attached }, onProgress);
  }

  /** Writes again under the same code. @throws ERR_NOT_FOUND when no report was made with this code; as {@link report} */
  async followUp(
    secretCode: SecretCode,
    content: ReportContent,
    onProgress: ReportProgress = () => undefined,
    attachments: readonly AttachmentSource[] = [],
  ): Promise<Receipt> {
    const attached = await this.#attach(secretCode, attachments, onProgress);
    const plaintext = encodeReportDocument({ protocol: PROTOCOL, type: "follow-up", ...content, attachments: attached.references });
    const writer = toHex(responseSigningKey(secretCode, this.#source.seen.id).publicKey);
    let sequence = (this.#promised.get(writer) ?? 0) + 1;
    for (let tries = 0; tries < TRIES; tries++) {
      if (sequence > lastSequence(this.manifest)) throw new AmanaError("ERR_REVISIONS_SPENT");
      try {
        return await this.#send(secretCode, { plaintext, sequence, attached }, onProgress);
      } catch (error) {
        if (isAmanaError(error, "ERR_MAILBOX_GAP")) {
          this.#outgoing = null;
          throw new AmanaError("ERR_NOT_FOUND");
        }
        const highest = isAmanaError(error, "ERR_SEQUENCE_USED") ? (error.details.highestSequence ?? -1) : -1;
        if (highest < sequence) throw error;
        sequence = highest + 1;
      }
    }
    throw new AmanaError("ERR_RESPONSE_INVALID");
  }

  /** Sends again what was sealed and not yet promised. @throws TypeError if there is nothing; as {@link report} */
  async retry(onProgress: ReportProgress = () => undefined): Promise<Receipt> {
    if (this.#outgoing === null) throw new TypeError("nothing is waiting to be sent");
    return this.#post(this.#outgoing, onProgress);
  }

  /**
   * All replies to this code's mailbox, in order, and what does not check between them: no handler and no server can hide the others' with it.
   * Fetches the whole reply store, like everybody.
   * @throws ERR_RESPONSE_INVALID, ERR_NETWORK
   */
  async replies(secretCode: SecretCode): Promise<readonly ShownReply[]> {
    const { transport, seen } = this.#source;
    const store = await transport.get(`rounds/${this.manifest.round}/replies`);
    if (store.length % REPLY_LENGTH !== 0) throw new AmanaError("ERR_RESPONSE_INVALID");
    const entries = Array.from({ length: store.length / REPLY_LENGTH }, (_, i) => store.subarray(i * REPLY_LENGTH, (i + 1) * REPLY_LENGTH));
    const replies = await openReplies(entries, this.manifest, this.#address(secretCode), replyKemKey(secretCode, seen.id));
    return replies.map((each) => {
      const organisation = each.handler === null ? null : this.#organisation(this.manifest.handlers[each.handler]?.organisation ?? "");
      return "text" in each ? { organisation, text: each.text, fault: null } : { organisation, text: null, fault: each.fault };
    });
  }

  /**
   * What a visitor's mark is found in; null where this channel accepts none. Call it when the channel is opened, for everyone: a server that saw it
   * asked for by some would know who wants a mark. @throws as `readMarks`
   */
  async marks(): Promise<Marks | null> {
    if (this.manifest.accepts.length === 0) return null;
    const { readMarks } = await import("./marks.ts").catch(() => {
      throw new AmanaError("ERR_NETWORK");
    });
    return readMarks(this.#source);
  }

  #address(secretCode: SecretCode): Uint8Array {
    const { id } = this.#source.seen;
    return mailboxAddress(id, mailboxSecret(secretCode, id));
  }

  /** A mark that this channel does not accept would name its survey to the handlers for nothing. */
  #mark(source: MarkSource, report: MarkedReport): Mark {
    if (!this.manifest.accepts.includes(toHex(source.survey))) throw new AmanaError("ERR_MARK_INVALID");
    return makeMark(source, this.#source.seen.id, report, source.key);
  }

  #organisation(id: string): LocalizedText {
    return this.programme.organisations.find((organisation) => organisation.id === id)?.name ?? {};
  }

  /** Uploads what is not there yet, one file after the other. */
  async #attach(secretCode: SecretCode, sources: readonly AttachmentSource[], onProgress: ReportProgress): Promise<Attached> {
    checkSources(sources);
    if (this.times.cancelled !== null) throw new AmanaError("ERR_ROUND_CANCELLED");
    const { seen, environment, transport } = this.#source;
    const responseKey = responseSigningKey(secretCode, seen.id).publicKey;
    const known = this.#uploads.get(toHex(responseKey)) ?? new Map<AttachmentSource, Upload>();
    const options = { transport, manifest: this.manifest, manifestId: seen.id, responseKey, ...environment };
    const uploads = sources.map((source) => known.get(source) ?? new Upload(source, options));
    for (const [at, source] of sources.entries()) known.set(source, uploads[at] as Upload);
    this.#uploads.set(toHex(responseKey), known);
    const total = sources.reduce((sum, { size }) => sum + uploadLength(size), 0);
    const references: AttachmentReference[] = [];
    for (const upload of uploads) {
      const onSent = (): void => onProgress("uploading", { sent: uploads.reduce((sum, { sent }) => sum + sent, 0), total });
      references.push(await upload.run(onSent));
    }
    return { sources, references, uploads: uploads.map(({ id }) => id) };
  }

  async #send(secretCode: SecretCode, { plaintext, sequence, attached }: Message, onProgress: ReportProgress): Promise<Receipt> {
    onProgress("sealing");
    const { seen, environment } = this.#source;
    const key = responseSigningKey(secretCode, seen.id);
    const envelope = seal(plaintext, {
      recipients: recipients(this.manifest),
      threshold: 1,
      context: reportContext(seen.id, key.publicKey, sequence),
      size: this.manifest.size,
      rng: environment.rng,
    });
    const submission = encodeSubmission(signSubmission({ manifestId: seen.id, audience: 0, sequence, tokens: [], envelope }, key));
    onProgress("working");
    const message = encodeMessage(submission, attached.uploads);
    const work = await (environment.solveWork ?? solveHere)(seen.id, message, this.manifest.workDifficulty);
    const writer = toHex(key.publicKey);
    this.#outgoing = {
      bytes: withWork(work, message),
      leafHash: leafHash(encodeReportLeaf(submission)),
      writer,
      sequence,
      sources: attached.sources,
    };
    return this.#post(this.#outgoing, onProgress);
  }

  async #post(outgoing: Outgoing, onProgress: ReportProgress): Promise<Receipt> {
    onProgress("sending");
    const answer = await this.#source.transport
      .post("submissions", "application/vnd.amana.report", outgoing.bytes, PROMISE)
      .catch((error) => {
        // Nobody finished the uploads in time: what is sent once more names others.
        if (isAmanaError(error, "ERR_UPLOAD_INCOMPLETE")) this.#forget(outgoing);
        throw error;
      });
    const promise = this.#checked(decodePromise(answer), outgoing.leafHash);
    this.#promised.set(outgoing.writer, outgoing.sequence);
    this.#forget(outgoing);
    onProgress("kept");
    return new Receipt({ leafHash: promise.leafHash, promise }, this.#source);
  }

  #forget({ writer, sources }: Outgoing): void {
    for (const source of sources) this.#uploads.get(writer)?.delete(source);
    this.#outgoing = null;
  }

  #checked(promise: InclusionPromise, leaf: Uint8Array): InclusionPromise {
    const mine = equal(promise.leafHash, leaf) && equal(promise.manifestId, this.#source.seen.id);
    if (!mine || !verifyPromise(promise, fromHex(this.#source.programme.promiseKey))) throw new AmanaError("ERR_RESPONSE_INVALID");
    return promise;
  }
}

/** Opens a reporting channel after the checks of `openInvitation`. @throws ERR_ROUND_UNKNOWN for a round that takes no reports */
export async function openChannel(base: string, round: string, options: ClientOptions): Promise<Channel> {
  const { source, state } = await openSource(base, round, options);
  if (source.seen.manifest.kind !== "reports") throw new AmanaError("ERR_ROUND_UNKNOWN");
  return new Channel(source, state);
}
