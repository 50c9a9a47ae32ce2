import type { ClientOptions } from "@amana/client";
import type { ReportContent, ReportProgress, ShownReply } from "@amana/client/reporter";
import { parseSecretCode, type SecretCode } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import { mayRetry } from "../catalogue/index.ts";
import type { WorkSolver } from "../work/solver.ts";
import { Attachments, type PrepareFile } from "./attachments.ts";
import type { ReportChannel, ReportClient } from "./client.ts";
import { CONSENT, CONSENT_DEFAULT } from "./fields.ts";
import { advanceReport, REPORT_START, type ReportEvent, type ReportJourney } from "./journey.ts";
import { ReportMark } from "./mark.ts";
import type { Office } from "./offices.ts";

export interface ReportSettings {
  readonly programme: string;
  readonly base: string;
  readonly round: string;
  /** Offices that a report may name exactly. */
  readonly offices?: readonly Office[];
  /** The device is shared: nothing is copied, chosen from it or left on it. */
  readonly kiosk?: boolean;
  /** Looks at a chosen file; whoever can draw brings it. */
  readonly prepare: PrepareFile;
  /** Finds proofs of work; the client does where nobody is brought. */
  readonly solver?: WorkSolver;
  /** Loads what shows how a mark is found. */
  readonly marksPart?: () => Promise<void>;
  readonly paint?: () => Promise<void>;
  /** Waits before what did not come is asked for again. Milliseconds. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

export type ReportStage = Parameters<ReportProgress>[0];

/** A message of this visit, as it is shown. */
export interface Said {
  readonly text: string;
  readonly files: number;
}

/** Thrown inside a sending that the person has stopped. */
class Stopped extends Error {}

/** One reporter's visit: the journey and everything it holds in memory. Knows no DOM; calls `changed` after each change. */
export class ReportSession {
  journey: ReportJourney = REPORT_START;
  channel: ReportChannel | null = null;
  secretCode: SecretCode | null = null;
  fields: Record<string, string> = { [CONSENT]: CONSENT_DEFAULT };
  narrative = "";
  /** Files of the message that is being written: the report, later a follow-up. */
  readonly attachments: Attachments;
  /** The mark of the report that is being written. */
  readonly mark: ReportMark;
  replies: readonly ShownReply[] = [];
  /** What was written in this visit; earlier messages can be read by the handlers alone. */
  written: readonly Said[] = [];
  /** A follow-up that is being written. */
  draft = "";
  /** Went to another channel than the page's. */
  moved = false;
  /** Sending a follow-up, or looking for replies. */
  busy: "writing" | "reading" | null = null;
  error: unknown = null;
  stage: ReportStage = "sealing";
  /** Bytes of attachments: what the server has, and all of it. */
  upload: { readonly sent: number; readonly total: number } | null = null;
  /** Told how likely it is that the proof of work would have been found by now; set by whoever shows it. */
  onWork: (likely: number) => void = () => undefined;
  readonly #client: ReportClient;
  readonly #settings: ReportSettings;
  readonly #changed: () => void;
  /** Sealed and on its way: from here on the same bytes go out, and nothing can be stopped. */
  #sealed = false;
  /** The number of the sending that counts; one that was stopped has another. */
  #sending = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(client: ReportClient, settings: ReportSettings, changed: () => void) {
    this.#client = client;
    this.#settings = settings;
    this.#changed = changed;
    this.attachments = new Attachments(settings.prepare);
    this.mark = new ReportMark(settings);
    this.mark.onChange = () => this.journey.screen === "mark" && changed();
    if (settings.solver !== undefined) settings.solver.onProgress = (likely) => this.onWork(likely);
  }

  get unsent(): boolean {
    const writing = ["what", "details", "code", "review", "mark", "sending"].includes(this.journey.screen);
    return writing || this.draft !== "" || (this.journey.screen === "conversation" && this.attachments.files.length > 0);
  }

  /** A follow-up was sealed and its promise is missing: it goes out again as it is. */
  get unsentFollowUp(): boolean {
    return this.#sealed && this.journey.screen === "conversation";
  }

  /** Something is on its way, and nobody has to do anything. */
  get underway(): boolean {
    return this.busy !== null || (this.journey.screen === "sending" && this.error === null);
  }

  /** Whether what is being sent can still be stopped. */
  get stoppable(): boolean {
    return !this.#sealed && this.error === null && (this.journey.screen === "sending" || this.busy === "writing");
  }

  get offices(): readonly Office[] {
    return this.#settings.offices ?? [];
  }

  get kiosk(): boolean {
    return this.#settings.kiosk ?? false;
  }

  /** Nothing more can be written to this channel. */
  get over(): boolean {
    return ["closed", "released", "cancelled"].includes(this.channel?.state ?? "open");
  }

  go(event: ReportEvent): void {
    this.journey = advanceReport(this.journey, event);
    this.error = null;
    this.#changed();
  }

  async open(): Promise<void> {
    this.go("languageChosen");
    await this.#attempt(async () => {
      const { programme, base, round } = this.#settings;
      if (!/^[0-9a-f]{64}$/i.test(programme)) throw new AmanaError("ERR_CONFIG_INVALID");
      this.channel = await this.#client.openChannel(base, round, this.#options);
      this.#fetchMarks(this.channel);
      this.go("opened");
    });
  }

  get #options(): ClientOptions {
    const { programme, solver } = this.#settings;
    return solver === undefined ? { programme } : { programme, solveWork: solver.solve };
  }

  /** For everyone, whether a mark is wanted or not; never on a shared device, where nobody should type the code of a survey. */
  #fetchMarks(channel: ReportChannel): void {
    if (!this.kiosk && !this.over) void this.mark.open(channel);
  }

  /** Whether a report to this channel can bear a mark. */
  get offersMark(): boolean {
    return !this.kiosk && (this.channel?.manifest.accepts.length ?? 0) > 0;
  }

  /** Takes the mark of a survey's secret code, which is not kept. @throws ERR_CODE_*, or as `Marks.find` */
  addMark(typed: string): void {
    this.mark.find(typed);
    this.#changed();
  }

  removeMark(): void {
    this.mark.remove();
    this.go("previous");
  }

  /** The other channels of the programme that take reports now. */
  async otherChannels(): Promise<readonly ReportChannel[]> {
    const round = this.channel?.manifest.round ?? this.#settings.round;
    return this.#client.otherChannels(this.#settings.base, round, this.#options);
  }

  /** The channel in place of this one, which is over. */
  async successor(): Promise<ReportChannel | null> {
    return this.channel === null ? null : this.#client.successorOf(this.#settings.base, this.channel, this.#options);
  }

  /** Goes to another channel with everything typed. A secret code opens one mailbox in each, which nobody can tell to be of one person. */
  moveTo(channel: ReportChannel): void {
    this.channel = channel;
    this.moved = true;
    this.#fetchMarks(channel);
    this.#changed();
  }

  /** Begins in another channel with a secret code of its own. */
  startAnew(channel: ReportChannel): void {
    this.secretCode?.fill(0);
    this.secretCode = null;
    this.replies = this.written = [];
    this.fields = { [CONSENT]: CONSENT_DEFAULT };
    this.mark.remove();
    this.channel = channel;
    this.moved = true;
    this.#fetchMarks(channel);
    this.go("anew");
  }

  write(): void {
    this.secretCode ??= this.channel?.newSecretCode() ?? null;
    this.go("write");
  }

  setField(field: string, value: string): void {
    if (value === "") delete this.fields[field];
    else this.fields[field] = value;
  }

  async send(locale: string): Promise<void> {
    if (this.journey.screen !== "review") return;
    this.#sealed = false;
    this.go("send");
    await this.deliver(locale);
  }

  /** Sends; called again after a failure, it goes on: uploads where they were, and what was sealed goes out as it is. */
  async deliver(locale: string): Promise<void> {
    const { channel, secretCode } = this;
    if (channel === null || secretCode === null) return;
    this.error = null;
    await this.#attempt(() =>
      this.#send(async (progress) => {
        if (this.#sealed) await channel.retry(progress);
        else
          await channel.report(
            secretCode,
            this.#content(locale, this.narrative, this.fields),
            progress,
            this.mark.source,
            this.attachments.sources,
          );
        this.written = [this.#said(this.narrative)];
        this.narrative = "";
        this.fields = {};
        this.attachments.clear();
        this.mark.remove();
        this.go("kept");
      }),
    );
  }

  /** Stops what is being sent while nothing sealed has left. What was uploaded stays there, so that sending goes on where it was. */
  stop(): void {
    if (!this.stoppable) return;
    this.#sending += 1;
    this.#settings.solver?.stop();
    this.busy = null;
    if (this.journey.screen === "sending") this.go("previous");
    else this.#changed();
  }

  #content(locale: string, text: string, fields: Readonly<Record<string, string>>): ReportContent {
    return { locale, fields: { ...fields }, text: text.trim().normalize("NFC") };
  }

  #said(text: string): Said {
    return { text: text.trim(), files: this.attachments.sources.length };
  }

  /** One sending at a time: one that was stopped may still wait for the network when the next begins. */
  async #send(work: (progress: ReportProgress) => Promise<void>): Promise<void> {
    this.#sending += 1;
    const mine = this.#sending;
    const before = this.#running;
    const check = (): void => {
      if (mine !== this.#sending) throw new Stopped();
    };
    const progress: ReportProgress = (stage, upload) => {
      check();
      if (stage === "sending") this.#sealed = true;
      this.#reach(stage, upload ?? null);
    };
    const run = async (): Promise<void> => {
      await before.catch(() => undefined);
      check();
      const waiting = !this.#sealed && this.attachments.sources.length > 0;
      this.#reach(waiting ? "uploading" : "sealing", null);
      await this.#settings.paint?.();
      await work(progress);
      this.#sealed = false;
    };
    this.#running = run();
    try {
      await this.#running;
    } catch (error) {
      // The uploads that it named are gone: nothing that was sealed is of use.
      if (isAmanaError(error, "ERR_UPLOAD_INCOMPLETE") || !mayRetry(error)) this.#sealed = false;
      throw mine === this.#sending ? error : new Stopped();
    }
  }

  #reach(stage: ReportStage, upload: ReportSession["upload"]): void {
    this.stage = stage;
    this.upload = upload;
    this.#changed();
  }

  /** Comes back with a typed code, or with the one of this visit. */
  async resume(typed: string | null): Promise<void> {
    const { channel } = this;
    if (channel === null) return;
    this.go("resume");
    await this.#attempt(async () => {
      if (typed !== null) this.secretCode = parseSecretCode(typed);
      if (this.secretCode === null) return;
      this.replies = await channel.replies(this.secretCode);
      this.go("found");
    });
  }

  async refresh(): Promise<void> {
    const { channel, secretCode } = this;
    if (channel === null || secretCode === null || this.busy !== null) return;
    await this.#meanwhile("reading", async () => {
      this.replies = await channel.replies(secretCode);
    });
  }

  /** Writes again under the same code; what was sealed and not answered for goes out again as it is. */
  async followUp(locale: string): Promise<void> {
    const { channel, secretCode } = this;
    if (channel === null || secretCode === null || this.busy !== null || this.draft.trim() === "") return;
    await this.#meanwhile("writing", () =>
      this.#send(async (progress) => {
        if (this.#sealed) await channel.retry(progress);
        else await channel.followUp(secretCode, this.#content(locale, this.draft, {}), progress, this.attachments.sources);
        this.written = [...this.written, this.#said(this.draft)];
        this.draft = "";
        this.attachments.clear();
      }),
    );
  }

  async #meanwhile(busy: "writing" | "reading", work: () => Promise<void>): Promise<void> {
    this.busy = busy;
    this.error = null;
    this.#changed();
    try {
      await work();
    } catch (error) {
      if (error instanceof Stopped) return;
      this.error = error;
    }
    this.busy = null;
    this.#changed();
  }

  /** Forgets everything. */
  leave(): void {
    this.#sending += 1;
    this.#settings.solver?.stop();
    this.secretCode?.fill(0);
    this.secretCode = this.channel = null;
    this.fields = {};
    this.narrative = this.draft = "";
    this.replies = this.written = [];
    this.attachments.clear();
    this.mark.close();
    this.go("leave");
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.journey.screen === "left" || error instanceof Stopped) return;
      this.go("failed");
      this.error = error;
      this.#changed();
    }
  }
}
