import type { FoundMark, MarkSource, MarkSurvey } from "@amana/client/reporter";
import { parseSecretCode, toHex } from "@amana/core/bytes";
import { mayRetry } from "../catalogue/index.ts";
import type { ReportChannel, ReportMarks } from "./client.ts";
import type { ReportSettings } from "./session.ts";

/** Milliseconds until what did not come is asked for again. It depends on nobody's wish. */
export const MARKS_PAUSE = 20_000;

/**
 * The mark of a report. What it is found in is fetched for every visitor when a channel is opened, at moments that do not depend on whether a mark is
 * wanted: else the server would know who wants one. Holds what it finds in memory alone, and no code; `onChange` is whoever shows it.
 */
export class ReportMark {
  given: FoundMark | null = null;
  /** Why it is not here: it goes on by itself, unless that cannot help. */
  error: unknown = null;
  onChange: () => void = () => undefined;
  readonly #settings: Pick<ReportSettings, "marksPart" | "pause">;
  #marks: ReportMarks | null = null;
  /** The number of the channel that is open; what comes for an earlier one is dropped. */
  #opened = 0;

  constructor(settings: Pick<ReportSettings, "marksPart" | "pause">) {
    this.#settings = settings;
  }

  /** The surveys that a mark can come from; null while they are on their way. */
  get surveys(): readonly MarkSurvey[] | null {
    return this.#marks?.surveys ?? null;
  }

  /** What did not come is asked for again, without anybody's doing. */
  get goesOn(): boolean {
    return this.error !== null && mayRetry(this.error);
  }

  /** What goes with the report. */
  get source(): MarkSource | null {
    return this.given?.source ?? null;
  }

  /** Fetches what the channel's marks are found in, until it is here. A mark that another channel accepts alone is dropped. Never rejects. */
  async open(channel: ReportChannel): Promise<void> {
    const mine = ++this.#opened;
    this.#marks = this.error = null;
    if (this.given !== null && !channel.manifest.accepts.includes(toHex(this.given.source.survey))) this.remove();
    if (channel.manifest.accepts.length === 0) return;
    const { marksPart, pause = wait } = this.#settings;
    while (mine === this.#opened && this.#marks === null) {
      let error: unknown = null;
      let marks: ReportMarks | null = null;
      try {
        await marksPart?.();
        marks = await channel.marks();
      } catch (reason) {
        error = reason;
      }
      if (mine !== this.#opened) return;
      this.#marks = marks;
      this.error = error;
      this.onChange();
      if (!this.goesOn) return;
      await pause(MARKS_PAUSE);
    }
  }

  /** Looks for the mark of a survey's secret code, as it was typed. Sends nothing. @throws ERR_CODE_*, or as `Marks.find` */
  find(typed: string): void {
    const code = parseSecretCode(typed);
    try {
      this.given = this.#marks?.find(code) ?? null;
    } finally {
      code.fill(0);
    }
  }

  remove(): void {
    this.given?.source.key.seed.fill(0);
    this.given = null;
  }

  /** Forgets everything, and asks for nothing more. */
  close(): void {
    this.#opened += 1;
    this.remove();
    this.#marks = this.error = null;
  }
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
