import { type Inclusion, parseInvitationLink } from "@amana/client";
import { parseSecretCode, type SecretCode } from "@amana/core/bytes";
import { AmanaError, isAmanaError } from "@amana/core/errors";
import type { Answer } from "@amana/core/questionnaire";
import type { SurveyClient, SurveyCredential, SurveyReceipt, SurveyRound } from "./client.ts";
import { advance, type Journey, type JourneyEvent, START } from "./journey.ts";
import { answersToSend, noAnswers, visibleSections } from "./questions.ts";
import { hasPhases, timesOf } from "./times.ts";

/** What a session is given. `link` may carry invitation codes; it is read once and not kept. */
export interface SessionSettings {
  readonly programme: string;
  readonly link: string;
  readonly now?: () => Date;
  /** Lets the page paint before work that blocks it. */
  readonly paint?: () => Promise<void>;
}

export type Stage = "sealing" | "sending" | "sent" | "kept";

/**
 * One respondent's visit: the journey and everything it holds in memory. Knows no DOM; calls `changed` after each change.
 * Nothing of it is ever written to the device, and {@link leave} forgets all of it.
 */
export class SurveySession {
  journey: Journey = START;
  round: SurveyRound | null = null;
  credential: SurveyCredential | null = null;
  receipt: SurveyReceipt | null = null;
  inclusion: Inclusion | "checking" | null = null;
  /** Whether what a relay should have given on by now is being sent again, or was. */
  again: "sending" | "sent" | null = null;
  secretCode: SecretCode | null = null;
  answers: Record<string, Answer> = noAnswers();
  /** The audience that the invitation is for; null until the link or the person has said it. */
  audience: string | null = null;
  /** Whether the person must say it. */
  asksAudience = false;
  /** False when the person leaves no trace: the code is used and never shown. */
  keepsCode = true;
  /** Whether the invitation was used at this visit. */
  enrolled = false;
  /** What was typed as a secret code, so that a lost network does not have it typed again. Empty once the code was found. */
  typed = "";
  /** What went wrong last on this screen. */
  error: unknown = null;
  stage: Stage = "sealing";
  readonly #client: SurveyClient;
  readonly #settings: SessionSettings;
  readonly #changed: () => void;
  #link: string;

  constructor(client: SurveyClient, settings: SessionSettings, changed: () => void) {
    this.#client = client;
    this.#settings = settings;
    this.#link = settings.link;
    this.#changed = changed;
  }

  /** True while leaving would lose something: a code not yet used, or answers not yet sent. */
  get unsent(): boolean {
    return ["code", "enrolling", "section", "review", "sending", "withdrawing"].includes(this.journey.screen);
  }

  /** Unix seconds. */
  get now(): number {
    return (this.#settings.now?.() ?? new Date()).getTime() / 1000;
  }

  /** Whether answers come in a later phase, with the secret code alone. */
  get answersLater(): boolean {
    return this.round !== null && this.now < timesOf(this.round).answeringOpen;
  }

  go(event: JourneyEvent): void {
    this.journey = advance(this.journey, event);
    this.error = null;
    this.#changed();
  }

  /** Opens the round: reads and verifies, sends nothing that names anyone. */
  async open(): Promise<void> {
    this.go({ type: this.journey.screen === "failed" ? "again" : "languageChosen" });
    await this.#attempt(async () => {
      if (!/^[0-9a-f]{64}$/i.test(this.#settings.programme)) throw new AmanaError("ERR_CONFIG_INVALID");
      const round = await this.#client.openInvitation(this.#link, { programme: this.#settings.programme });
      if (round.kind === "reports") throw new AmanaError("ERR_ROUND_UNKNOWN");
      this.round = round;
      this.audience = round.invited ? audienceOf(this.#link, round) : null;
      this.asksAudience = this.audience === null;
      this.#link = "";
      this.go({ type: "opened" });
    });
  }

  /** Whether the invitation can still be used. */
  get drawable(): boolean {
    if (this.round === null) return false;
    const { enrolmentOpen, enrolmentClose } = timesOf(this.round);
    return this.now >= enrolmentOpen && this.now < enrolmentClose;
  }

  begin(): void {
    this.secretCode ??= this.round?.newSecretCode() ?? null;
    this.go({ type: "begin" });
  }

  /** The person has confirmed the code, or chosen to leave no trace: only now is the invitation used. */
  async enrol(): Promise<void> {
    const code = this.secretCode;
    if (this.journey.screen !== "code" || code === null) return;
    this.go({ type: "enrol" });
    await this.#attempt(async () => {
      this.credential = (await this.round?.enrol(code, this.audience)) ?? null;
      this.enrolled = true;
      if (this.answersLater) this.go({ type: "waiting" });
      else this.answer();
    });
  }

  /** Comes back with a typed code; `audience` only where the ledger does not know the code yet. */
  async resume(typed: string | null, audience: string | null = null): Promise<void> {
    const { round } = this;
    if (round === null) return;
    this.typed = typed ?? this.typed;
    this.go({ type: "resume" });
    await this.#attempt(async () => {
      const code = typed === null ? this.secretCode : parseSecretCode(typed);
      if (code === null) return;
      this.secretCode = code;
      this.go({ type: await this.#find(round, code, audience) });
    });
  }

  /** What coming back leads to. Before the time nothing is asked: the lists that would tell of the code are not public yet. */
  async #find(
    round: SurveyRound,
    code: SecretCode,
    audience: string | null,
  ): Promise<"found" | "waiting" | "unlisted" | "unsettled" | "tooFew"> {
    if (hasPhases(round) && this.answersLater) return "waiting";
    try {
      this.credential = await this.#reopen(round, code, audience);
    } catch (error) {
      // With phases or a relay the draws say who may answer: naming an audience would not help.
      if (isAmanaError(error, "ERR_NOT_FOUND") && !hasPhases(round) && !round.releases) return "unlisted";
      if (isAmanaError(error, "ERR_ROUND_NOT_OPEN") && hasPhases(round)) return "unsettled";
      if (isAmanaError(error, "ERR_ROUND_TOO_FEW")) return "tooFew";
      throw error;
    }
    this.typed = "";
    return "found";
  }

  /** Looks for the code in the ledger; if the invitation is here too, drawing again gives the same credential. */
  async #reopen(round: SurveyRound, code: SecretCode, audience: string | null): Promise<SurveyCredential> {
    try {
      return await round.resume(code, audience ?? undefined);
    } catch (error) {
      if (!isAmanaError(error, "ERR_NOT_FOUND") || !round.invited || this.audience === null || !this.drawable) throw error;
      return round.enrol(code, this.audience);
    }
  }

  /** Opens the (empty) questionnaire. */
  answer(): void {
    this.go({ type: "answer", sections: this.sections });
  }

  get sections(): readonly number[] {
    return this.credential === null ? [] : visibleSections(this.credential.questionnaire, this.answers);
  }

  /** Changes one answer; null takes it back. The screen shows it already, so nothing is drawn again. */
  setAnswer(item: string, answer: Answer | null): void {
    if (answer === null) delete this.answers[item];
    else this.answers[item] = answer;
  }

  async send(): Promise<void> {
    const { credential } = this;
    if (credential === null || this.journey.screen !== "review") return;
    this.go({ type: "send" });
    await this.#deliver((progress) => credential.submit(answersToSend(credential.questionnaire, this.answers), progress));
  }

  async withdraw(): Promise<void> {
    const { credential } = this;
    if (credential === null || this.journey.screen !== "withdraw") return;
    this.go({ type: "withdrawConfirmed" });
    await this.#deliver((progress) => credential.withdraw(progress));
  }

  /** The same bytes again, where something was sealed; else from the start. */
  async retry(): Promise<void> {
    const { credential } = this;
    if (credential === null) return;
    this.error = null;
    const withdrawing = this.journey.screen === "withdrawing";
    await this.#deliver((progress) => {
      if (credential.unsent) return credential.retry(progress);
      if (withdrawing) return credential.withdraw(progress);
      return credential.submit(answersToSend(credential.questionnaire, this.answers), progress);
    });
  }

  async #deliver(send: (progress: (stage: Stage) => void) => Promise<SurveyReceipt>): Promise<void> {
    this.#reach("sealing");
    await this.#settings.paint?.();
    await this.#attempt(async () => {
      this.receipt = await send((stage) => this.#reach(stage));
      this.inclusion = this.again = null;
      this.answers = noAnswers();
      this.go({ type: "kept" });
    });
  }

  #reach(stage: Stage): void {
    this.stage = stage;
    this.#changed();
  }

  /** Back to the review after a failure that trying again does not cure. */
  reconsider(): void {
    this.go({ type: "cancel" });
  }

  /** Looks for the answer in the public ledger. */
  async verify(): Promise<void> {
    const { receipt } = this;
    if (receipt === null || this.inclusion === "checking" || this.again === "sending") return;
    this.again = null;
    this.inclusion = "checking";
    this.error = null;
    this.#changed();
    try {
      this.inclusion = await receipt.verifyIncluded();
    } catch (error) {
      this.inclusion = null;
      this.error = error;
    }
    this.#changed();
  }

  /**
   * Whether to offer sending again what was sent: its release is past, and a check found neither the collector's promise nor its leaf. After
   * the last release nobody gives anything on.
   */
  get overdue(): boolean {
    const { receipt, inclusion, round, now } = this;
    if (receipt === null || receipt.state !== "sent" || receipt.releaseAt === null) return false;
    const missing = inclusion !== null && inclusion !== "checking" && !inclusion.included;
    return missing && now >= receipt.releaseAt && now < (round?.releases?.[1] ?? 0);
  }

  /** The same sealed answer once more, to the relay alone: it never counts twice. */
  async sendAgain(): Promise<void> {
    const { credential } = this;
    if (credential === null || !this.overdue || this.again === "sending") return;
    this.again = "sending";
    this.error = null;
    this.#changed();
    try {
      const receipt = await credential.retry(() => undefined);
      if (this.journey.screen === "left") return;
      this.receipt = receipt;
      this.inclusion = null;
      this.again = "sent";
    } catch (error) {
      this.again = null;
      this.error = error;
    }
    this.#changed();
  }

  /** Forgets everything. The code's bytes are overwritten; strings and tokens are left to the garbage collector. */
  leave(): void {
    this.secretCode?.fill(0);
    this.secretCode = this.credential = this.receipt = this.inclusion = this.round = this.again = null;
    this.answers = noAnswers();
    this.#link = this.typed = "";
    this.go({ type: "leave" });
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.journey.screen === "left") return;
      this.go({ type: "failed" });
      this.error = error;
      this.#changed();
    }
  }
}

/** For whom the link says it is; where there is one audience, for that one. */
function audienceOf(link: string, { manifest }: SurveyRound): string | null {
  const { audience } = parseInvitationLink(link);
  const [only, ...others] = manifest.audiences;
  return audience ?? (others.length === 0 ? (only?.id ?? null) : null);
}
