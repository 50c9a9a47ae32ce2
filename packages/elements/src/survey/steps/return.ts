import { isAmanaError } from "@amana/core/errors";
import { fill, localized, moment, type SurveyCatalogue, sentenceFor } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, codeInput, heading, notice, paragraph } from "../../ui/parts.ts";
import type { SurveyCredential, SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";
import { hasPhases, momentOf, nextRelease, timesOf } from "../times.ts";
import { lateNotice, overNotice } from "./welcome.ts";

/** The secret code, typed on any device. */
export function comeBack(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): HTMLElement {
  const { survey, common } = catalogue;
  const { field, input, fail } = codeInput(common.codeEnter, common.codeEnterHint);
  input.value = session.typed;
  if (session.error !== null) queueMicrotask(() => fail(failure(catalogue, session, round)));
  const submit = (event: Event): void => {
    event.preventDefault();
    void session.resume(input.value);
  };
  return h(
    "form",
    { novalidate: true, onsubmit: submit },
    heading(survey.returnTitle),
    paragraph(survey.returnText),
    session.answersLater ? notice(null, fill(survey.opens, { date: moment(catalogue, timesOf(round).answeringOpen) }), "info") : null,
    field,
    actions(
      h("button", { type: "submit", class: "button primary" }, common.codeOpen),
      button(common.back, () => session.go({ type: "cancel" }), "quiet"),
    ),
  );
}

/**
 * A code that nobody enrolled with is another one, or another round's, or came too late. While people enrol through a relay the invitation leads
 * back: the code alone is not in the ledger yet.
 */
function failure(catalogue: SurveyCatalogue, { error, now }: SurveySession, round: SurveyRound): string {
  if (!(hasPhases(round) || round.releases) || !isAmanaError(error, "ERR_NOT_FOUND")) return sentenceFor(catalogue, error);
  const { enrolmentClose } = timesOf(round);
  if (!hasPhases(round) && now < enrolmentClose) return catalogue.errors.noRight;
  return fill(catalogue.survey.notEnrolled, { date: moment(catalogue, enrolmentClose) });
}

/** Nothing under this code in the ledger: perhaps not yet. Whoever knows their audience can go on all the same. */
export function unlisted(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): HTMLElement {
  const { survey, common } = catalogue;
  const audiences = round.manifest.audiences.map(({ id, title }) =>
    button(localized(catalogue, title), () => void session.resume(null, id)),
  );
  return h(
    "div",
    {},
    heading(survey.unlistedTitle),
    paragraph(survey.unlistedText),
    actions(
      ...audiences,
      button(common.back, () => session.go({ type: "cancel" }), "quiet"),
    ),
  );
}

/** What is kept under the code, and what can still be done with it. */
export function returned(
  catalogue: SurveyCatalogue,
  session: SurveySession,
  round: SurveyRound,
  credential: SurveyCredential,
): HTMLElement {
  const { survey } = catalogue;
  const kept = credential.sequence !== null;
  const open = momentOf(round, session.now) === "answering";
  const risk = round.separation.includes("relay") ? "" : ` ${survey.changeRisk}`;
  return h(
    "div",
    {},
    heading(survey.returnedTitle, paragraph(localized(catalogue, credential.audience.title), "kicker")),
    kept ? notice(null, survey.stateKept, "success") : notice(null, nothingKept(catalogue, session, round), "info"),
    open ? lateNotice(catalogue, session, round) : null,
    open ? paragraph(kept ? `${survey.changeText}${risk}` : "", "hint") : overNotice(catalogue, round),
    open
      ? actions(
          button(kept ? survey.change : survey.answerNow, () => session.answer(), "primary"),
          button(survey.withdraw, () => session.go({ type: "withdraw" })),
        )
      : null,
  );
}

/** An answer that is not in the ledger yet waits for its group, or at the relay. */
function nothingKept(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): string {
  const release = nextRelease(round, session.now);
  if (release === null) return catalogue.survey.stateNone;
  return fill(catalogue.survey.stateRelay, { date: moment(catalogue, release.at) });
}

export function withdraw(catalogue: SurveyCatalogue, session: SurveySession): HTMLElement {
  const { survey, common } = catalogue;
  return h(
    "div",
    {},
    heading(survey.withdrawTitle),
    paragraph(survey.withdrawText),
    actions(
      button(survey.withdrawYes, () => void session.withdraw(), "primary"),
      button(common.back, () => session.go({ type: "cancel" }), "quiet"),
    ),
  );
}
