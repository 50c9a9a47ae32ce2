import { type Catalogue, mayRetry, type SurveyCatalogue, sentenceFor } from "../catalogue/index.ts";
import { SURVEY_CATALOGUES } from "../catalogue/surveys.ts";
import { h } from "../ui/dom.ts";
import { AmanaElement, type Progress } from "../ui/element.ts";
import { nextPaint, takeLink } from "../ui/page.ts";
import { actions, busy, button, heading, notice, paragraph } from "../ui/parts.ts";
import { defaultClient, type SurveyClient } from "./client.ts";
import { SurveySession } from "./session.ts";
import { code } from "./steps/code.ts";
import { receipt } from "./steps/receipt.ts";
import { comeBack, returned, unlisted, withdraw } from "./steps/return.ts";
import { review } from "./steps/review.ts";
import { section } from "./steps/section.ts";
import { sending } from "./steps/send.ts";
import { tooFew, unsettled, wait } from "./steps/wait.ts";
import { welcome } from "./steps/welcome.ts";

/**
 * `<amana-survey programme="…" lang="fr">`: one round of a survey or consultation, from the invitation to the receipt.
 * `programme` (64 hex digits) is required and never taken from the server. The invitation is the property `link`, or else the
 * page's own address, whose fragment is then removed from the address bar and the history.
 */
export class AmanaSurvey extends AmanaElement {
  /** `https://host/base/<round>#…`, kept until the round is opened. */
  link: string | null = null;
  /** Where rounds come from; set before the element is connected. */
  client: SurveyClient = defaultClient;
  #session: SurveySession | null = null;

  override connectedCallback(): void {
    this.link ??= takeLink();
    super.connectedCallback();
  }

  protected start(): void {
    const settings = { programme: this.getAttribute("programme") ?? "", link: this.link ?? "", paint: nextPaint };
    this.link = null;
    this.#session = new SurveySession(this.client, settings, () => this.#changed());
    void this.#session.open();
  }

  #changed(): void {
    this.update();
    if (this.#session === null || this.catalogue === null) return;
    const catalogue = SURVEY_CATALOGUES[this.catalogue.language];
    const { journey, stage, inclusion, again } = this.#session;
    if (journey.screen === "sending" || journey.screen === "withdrawing") this.announce(catalogue.survey[stage]);
    if (journey.screen === "loading" || journey.screen === "resuming") this.announce(catalogue.common.loading);
    if (again !== null) this.announce(again === "sent" ? catalogue.survey.sentAgain : catalogue.survey.sending);
    if (inclusion === "checking") this.announce(catalogue.survey.verifying);
    else if (inclusion?.included) this.announce(catalogue.survey.verified);
  }

  protected get screenName(): string {
    const { journey } = this.#session ?? {};
    return journey === undefined ? "language" : `${journey.screen} ${journey.section}`;
  }

  protected get unsent(): boolean {
    return this.#session?.unsent ?? false;
  }

  protected get trial(): boolean {
    return this.#session?.round?.programme.trial ?? false;
  }

  protected get progress(): Progress | null {
    const { journey, credential } = this.#session ?? {};
    if (journey === undefined || credential === undefined || credential === null) return null;
    const steps = credential.questionnaire.sections.length + 1;
    if (journey.screen === "section") return { step: journey.section + 1, steps };
    return journey.screen === "review" ? { step: steps, steps } : null;
  }

  protected forget(): void {
    this.#session?.leave();
    this.#session = null;
    this.link = null;
  }

  protected render({ language }: Catalogue): HTMLElement {
    const catalogue = SURVEY_CATALOGUES[language];
    const session = this.#session;
    if (session === null) return h("div");
    const { journey, round, credential, secretCode } = session;
    if (round === null) return journey.screen === "failed" ? failed(catalogue, session) : busy(catalogue.common.loading);
    switch (journey.screen) {
      case "welcome":
        return welcome(catalogue, session, round);
      case "code":
        return secretCode === null ? h("div") : code(catalogue, session, round, secretCode);
      case "enrolling":
        return busy(catalogue.survey.enrolling);
      case "wait":
        return wait(catalogue, session, round, () => this.leave());
      case "unsettled":
        return unsettled(catalogue, session, () => this.leave());
      case "tooFew":
        return tooFew(catalogue, () => this.leave());
      case "return":
        return comeBack(catalogue, session, round);
      case "unlisted":
        return unlisted(catalogue, session, round);
      case "withdraw":
        return withdraw(catalogue, session);
      case "sending":
      case "withdrawing":
        return sending(catalogue, session);
      default:
    }
    if (credential === null) return busy(catalogue.survey.verifying);
    switch (journey.screen) {
      case "returned":
        return returned(catalogue, session, round, credential);
      case "section":
        return section(catalogue, session, credential);
      case "review":
        return review(catalogue, session, credential);
      case "receipt":
      case "withdrawn":
        return session.receipt === null ? h("div") : receipt(catalogue, session, round, session.receipt, () => this.leave());
      default:
        return busy(catalogue.survey.verifying);
    }
  }
}

function failed(catalogue: SurveyCatalogue, session: SurveySession): HTMLElement {
  return h(
    "div",
    {},
    heading(catalogue.common.problem),
    notice(null, sentenceFor(catalogue, session.error), "error"),
    paragraph(catalogue.common.nothingStored, "hint"),
    mayRetry(session.error) ? actions(button(catalogue.common.tryAgain, () => void session.open(), "primary")) : null,
  );
}
