import { randomBytes } from "@amana/core/primitives";
import { fill, type SurveyCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, notice, paragraph, saveButton, textInput } from "../../ui/parts.ts";
import { calendarFile } from "../calendar.ts";
import type { SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";
import { answeringDates, hasPhases, timesOf } from "../times.ts";
import { enrolmentProof } from "./enrolment-proof.ts";

/** Between the two visits: enrolled just now, or come back too early. Says when to come, and with what. */
export function wait(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound, finish: () => void): HTMLElement {
  const { survey } = catalogue;
  const dates = answeringDates(catalogue, round);
  const text = session.enrolled ? (hasPhases(round) ? survey.waitText : survey.waitInvitation) : survey.earlyText;
  return h(
    "div",
    {},
    session.enrolled ? heading(survey.waitTitle, h("span", { class: "seal", "aria-hidden": "true" })) : heading(survey.earlyTitle),
    paragraph(fill(text, dates)),
    hasPhases(round) && !round.separation.includes("relay") ? notice(null, survey.waitNetwork, "warning") : null,
    calendar(catalogue, round),
    enrolmentProof(catalogue, session, round),
    actions(button(survey.finish, finish, "primary")),
  );
}

/** A file for the person's own calendar. Its title is theirs; nothing of it is requested or sent. */
function calendar(catalogue: SurveyCatalogue, round: SurveyRound): HTMLElement {
  const { survey } = catalogue;
  const { answeringOpen, answeringClose } = timesOf(round);
  const { field, input } = textInput(survey.calendarName, survey.calendarDefault);
  const file = (): string =>
    calendarFile({ title: input.value.trim() || survey.calendarDefault, from: answeringOpen, to: answeringClose }, randomBytes);
  return h(
    "section",
    { class: "card" },
    h("h3", {}, survey.calendarTitle),
    paragraph(survey.calendarHint, "hint"),
    field,
    saveButton(survey.calendarSave, "reminder.ics", "text/calendar", file),
  );
}

/** The time has come, but some issuer could still draw: nobody may answer yet, and whose fault it is can be read. */
export function unsettled(catalogue: SurveyCatalogue, session: SurveySession, finish: () => void): HTMLElement {
  const { survey, common } = catalogue;
  return h(
    "div",
    {},
    heading(survey.unsettledTitle),
    paragraph(survey.unsettledText),
    actions(
      button(common.tryAgain, () => void session.resume(null), "primary"),
      button(survey.finish, finish),
    ),
  );
}

/** The round never opens for this group. */
export function tooFew(catalogue: SurveyCatalogue, finish: () => void): HTMLElement {
  return h(
    "div",
    {},
    heading(catalogue.survey.tooFewTitle),
    notice(null, catalogue.errors.roundTooFew, "info"),
    actions(button(catalogue.survey.finish, finish, "primary")),
  );
}
