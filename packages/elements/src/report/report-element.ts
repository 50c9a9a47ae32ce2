import { AmanaError } from "@amana/core/errors";
import { programmeDigits, programmeId } from "@amana/core/programme";
import { type Catalogue, fill, localized, mayRetry, sentenceFor } from "../catalogue/index.ts";
import { REPORT_CATALOGUES } from "../catalogue/reports.ts";
import type { PreparedFile } from "../files/index.ts";
import { h } from "../ui/dom.ts";
import { AmanaElement, type Progress } from "../ui/element.ts";
import { IdleWatch } from "../ui/idle.ts";
import { nextPaint, takeLink } from "../ui/page.ts";
import { actions, busy, button, heading, notice } from "../ui/parts.ts";
import { workSolver } from "../work/solver.ts";
import { defaultReportClient, type ReportClient } from "./client.ts";
import { idleDialog } from "./idle-dialog.ts";
import { STEPS } from "./journey.ts";
import { parseOffices } from "./offices.ts";
import { ReportSession } from "./session.ts";
import { comeBack, conversation } from "./steps/conversation.ts";
import { code, review, sending, sent } from "./steps/finish.ts";
import type { markStep } from "./steps/mark.ts";
import { marksWaiting } from "./steps/marks-waiting.ts";
import { welcome } from "./steps/welcome.ts";
import { detailsStep, what } from "./steps/write.ts";

/** What tells that somebody is at a shared device. */
const TOUCHES = ["pointerdown", "keydown", "input", "scroll"] as const;

/**
 * `<amana-report programme="…" base="https://host/base/" round="reports" lang="fr">`: an incident report, and the conversation
 * that follows. `programme` (64 hex digits) is required and never taken from the server. Without `base` and `round` the page's
 * own address says both. `worker` is the address of the built `@amana/elements/work`, of the page's own origin: proofs of work are found there,
 * and without it in the page. `offices` are those that a report may name exactly, with the number of people who work at each. `kiosk` is for a
 * device that is shared: leaving, and a while in which nobody touches it, clear everything for the next person.
 */
export class AmanaReport extends AmanaElement {
  /** Where the channel comes from; set before the element is connected. */
  client: ReportClient = defaultReportClient;
  #session: ReportSession | null = null;
  #markStep: typeof markStep | null = null;
  #digits = "";
  #busyBefore: "writing" | "reading" | null = null;
  #channelBefore: string | null = null;
  readonly #idle = new IdleWatch(
    (left) => this.#ask(left),
    () => this.leave(),
  );
  #tellLeft: (left: number) => void = () => undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  readonly #touched = (): void => {
    if (this.#session !== null) this.#idle.touch(Date.now());
  };
  readonly #looked = (): void => {
    if (this.#session === null) return;
    // Whoever waits for what they sent has nothing to touch, and must not lose it.
    if (this.#session.underway) this.#idle.touch(Date.now());
    else this.#idle.look(Date.now());
  };

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.hasAttribute("kiosk")) return;
    for (const kind of TOUCHES) document.addEventListener(kind, this.#touched, { passive: true });
    document.addEventListener("visibilitychange", this.#looked);
    this.#clock = setInterval(this.#looked, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#clock);
    document.removeEventListener("visibilitychange", this.#looked);
    for (const kind of TOUCHES) document.removeEventListener(kind, this.#touched);
  }

  /** On a shared device the form begins anew for the next person, in the same place of the history; else as everywhere. */
  override leave(): void {
    if (this.hasAttribute("kiosk")) this.beginAnew();
    else super.leave();
  }

  /** Asks whether anybody is there, and says how many seconds are left. */
  #ask(left: number | null): void {
    const root = this.shadowRoot;
    const asked = root?.querySelector("dialog");
    if (root === null || this.catalogue === null || left === null) {
      // Closed first: the focus goes back to where it was.
      asked?.close();
      asked?.remove();
    } else if (asked === null || asked === undefined) {
      const ways = { stay: () => this.#idle.stay(Date.now()), clear: () => this.leave() };
      const dialog = idleDialog(REPORT_CATALOGUES[this.catalogue.language], ways);
      root.append(dialog.node);
      dialog.left(left);
      this.#tellLeft = dialog.left;
      dialog.node.showModal();
    } else this.#tellLeft(left);
  }

  protected start(): void {
    const page = new URL(takeLink());
    const [, path = "/", name = ""] = /^(.*\/)([a-z0-9-]+)\/?$/.exec(page.pathname) ?? [];
    const settings = {
      programme: this.getAttribute("programme") ?? "",
      base: this.getAttribute("base") ?? `${page.origin}${path}`,
      round: this.getAttribute("round") ?? name,
      offices: parseOffices(this.getAttribute("offices")),
      kiosk: this.hasAttribute("kiosk"),
      prepare,
      marksPart: () => this.#loadMarkStep(),
      solver: workSolver(this.getAttribute("worker")),
      paint: nextPaint,
    };
    this.#session = new ReportSession(this.client, settings, () => this.#changed());
    void this.#session.open();
  }

  /** Loaded by everyone whose channel accepts marks, when it is opened. @throws ERR_NETWORK */
  async #loadMarkStep(): Promise<void> {
    const part = await import("./steps/mark.ts").catch(() => {
      throw new AmanaError("ERR_NETWORK");
    });
    this.#markStep = part.markStep;
  }

  #changed(): void {
    if (this.#session === null || this.catalogue === null) return;
    const catalogue = REPORT_CATALOGUES[this.catalogue.language];
    const { journey, stage, channel, busy: now } = this.#session;
    if (this.#digits === "" && channel !== null) this.#digits = programmeDigits(programmeId(channel.programme));
    this.update();
    if (journey.screen === "sending") this.announce(stage === "uploading" ? catalogue.files.uploading : catalogue.report[stage]);
    if (journey.screen === "loading") this.announce(catalogue.common.loading);
    const round = channel?.manifest.round ?? null;
    if (this.#session.moved && round !== this.#channelBefore && channel !== null)
      this.announce(fill(catalogue.report.moved, { channel: localized(catalogue, channel.title) }));
    this.#channelBefore = round;
    if (this.#busyBefore === "writing" && now === null && this.#session.error === null) this.announce(catalogue.report.followUpSent);
    this.#busyBefore = now;
  }

  protected get screenName(): string {
    return this.#session?.journey.screen ?? "language";
  }

  protected get unsent(): boolean {
    return this.#session?.unsent ?? false;
  }

  protected get trial(): boolean {
    return this.#session?.channel?.programme.trial ?? false;
  }

  protected get progress(): Progress | null {
    const step = STEPS.indexOf(this.#session?.journey.screen ?? "language");
    return step < 0 ? null : { step: step + 1, steps: STEPS.length };
  }

  protected forget(): void {
    this.#idle.reset();
    this.#session?.leave();
    this.#session = null;
  }

  protected render({ language }: Catalogue): HTMLElement {
    const catalogue = REPORT_CATALOGUES[language];
    const session = this.#session;
    if (session === null) return h("div");
    const { journey, channel, secretCode } = session;
    if (channel === null) return journey.screen === "failed" ? failed(catalogue, session) : busy(catalogue.common.loading);
    switch (journey.screen) {
      case "welcome":
        return welcome(catalogue, session, channel, this.#digits);
      case "what":
        return what(catalogue, session);
      case "details":
        return detailsStep(catalogue, session);
      case "code":
        return secretCode === null ? h("div") : code(catalogue, session, secretCode);
      case "review":
        return review(catalogue, session);
      case "mark":
        return session.mark.surveys === null || this.#markStep === null
          ? marksWaiting(catalogue, session)
          : this.#markStep(catalogue, session, session.mark.surveys);
      case "sending":
        return sending(catalogue, session);
      case "sent":
        return sent(catalogue, session, () => this.leave());
      case "return":
        return comeBack(catalogue, session);
      case "conversation":
        return conversation(catalogue, session, () => this.leave());
      default:
        return busy(catalogue.common.loading);
    }
  }
}

/** Loaded with the first file: most reports have none. */
async function prepare(file: File): Promise<PreparedFile | null> {
  return (await import("../files/prepare.ts")).prepareFile(file);
}

function failed(catalogue: Catalogue, session: ReportSession): HTMLElement {
  return h(
    "div",
    {},
    heading(catalogue.common.problem),
    notice(null, sentenceFor(catalogue, session.error), "error"),
    mayRetry(session.error) ? actions(button(catalogue.common.tryAgain, () => void session.open(), "primary")) : null,
  );
}
