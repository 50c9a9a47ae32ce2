import type { ReportContent, ReportProgress, ShownReply } from "@amana/client/reporter";
import { parseSecretCode, type SecretCode } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { mayRetry } from "../catalogue/index.ts";
import type { ReportChannel, ReportClient } from "./client.ts";
import { CONSENT, CONSENT_DEFAULT } from "./fields.ts";
import { advanceReport, REPORT_START, type ReportEvent, type ReportJourney } from "./journey.ts";

export interface ReportSettings {
  readonly programme: string;
  readonly base: string;
  readonly round: string;
  readonly paint?: () => Promise<void>;
}

export type ReportStage = Parameters<ReportProgress>[0];

/** One reporter's visit: the journey and everything it holds in memory. Knows no DOM; calls `changed` after each change. */
export class ReportSession {
  journey: ReportJourney = REPORT_START;
  channel: ReportChannel | null = null;
  secretCode: SecretCode | null = null;
  fields: Record<string, string> = { [CONSENT]: CONSENT_DEFAULT };
  narrative = "";
  replies: readonly ShownReply[] = [];
  /** What was written in this visit; earlier messages can be read by the handlers alone. */
  written: readonly string[] = [];
  /** A follow-up that is being written. */
  draft = "";
  /** Sending a follow-up, or looking for replies. */
  busy: "writing" | "reading" | null = null;
  unsentFollowUp = false;
  error: unknown = null;
  stage: ReportStage = "sealing";
  readonly #client: ReportClient;
  readonly #settings: ReportSettings;
  readonly #changed: () => void;
  #sealed = false;

  constructor(client: ReportClient, settings: ReportSettings, changed: () => void) {
    this.#client = client;
    this.#settings = settings;
    this.#changed = changed;
  }

  get unsent(): boolean {
    return ["what", "details", "code", "review", "sending"].includes(this.journey.screen) || this.draft !== "";
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
      this.channel = await this.#client.openChannel(base, round, { programme });
      this.go("opened");
    });
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

  /** Sends; called again after a failure, the same bytes go out. */
  async deliver(locale: string): Promise<void> {
    const { channel, secretCode } = this;
    if (channel === null || secretCode === null) return;
    this.error = null;
    this.#reach("sealing");
    await this.#settings.paint?.();
    await this.#attempt(async () => {
      const progress: ReportProgress = (stage) => this.#reach(stage);
      if (this.#sealed) await channel.retry(progress);
      else await channel.report(secretCode, this.#content(locale, this.narrative, this.fields), progress);
      this.written = [this.narrative.trim()];
      this.narrative = "";
      this.fields = {};
      this.go("kept");
    });
  }

  #content(locale: string, text: string, fields: Readonly<Record<string, string>>): ReportContent {
    return { locale, fields: { ...fields }, text: text.trim().normalize("NFC") };
  }

  #reach(stage: ReportStage): void {
    this.stage = stage;
    if (stage === "sending") this.#sealed = true;
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
    await this.#meanwhile("writing", async () => {
      const progress: ReportProgress = (stage) => {
        if (stage === "sending") this.unsentFollowUp = true;
      };
      await this.#settings.paint?.();
      if (this.unsentFollowUp) await channel.retry(progress);
      else await channel.followUp(secretCode, this.#content(locale, this.draft, {}), progress);
      this.unsentFollowUp = false;
      this.written = [...this.written, this.draft.trim()];
      this.draft = "";
    });
  }

  async #meanwhile(busy: "writing" | "reading", work: () => Promise<void>): Promise<void> {
    this.busy = busy;
    this.error = null;
    this.#changed();
    try {
      await work();
    } catch (error) {
      this.error = error;
      if (!mayRetry(error)) this.unsentFollowUp = false;
    }
    this.busy = null;
    this.#changed();
  }

  /** Forgets everything. */
  leave(): void {
    this.secretCode?.fill(0);
    this.secretCode = this.channel = null;
    this.fields = {};
    this.narrative = this.draft = "";
    this.replies = this.written = [];
    this.go("leave");
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.journey.screen === "left") return;
      this.go("failed");
      this.error = error;
      this.#changed();
    }
  }
}
