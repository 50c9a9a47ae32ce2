import type { FoundMark, MarkSurvey } from "@amana/client/reporter";
import { isAmanaError } from "@amana/core/errors";
import type { ReportCatalogue } from "../../catalogue/index.ts";
import { fill, localized, moment, plural, sentenceFor } from "../../catalogue/index.ts";
import { MARK_TEXTS } from "../../catalogue/report-marks.ts";
import { h } from "../../ui/dom.ts";
import { actions, bullets, button, codeInput, heading, notice, paragraph } from "../../ui/parts.ts";
import type { ReportSession } from "../session.ts";
import { markText } from "./finish.ts";

/** What a mark tells and what it does not, and the code that it is found with. Loaded with what it is found in, by everyone. */
export function markStep(catalogue: ReportCatalogue, session: ReportSession, surveys: readonly MarkSurvey[]): HTMLElement {
  const mark = MARK_TEXTS[catalogue.language];
  if (session.mark.given !== null) return given(catalogue, session, session.mark.given);
  return h(
    "div",
    {},
    heading(catalogue.report.markTitle),
    paragraph(mark.intro),
    bullets([mark.tells, mark.narrows, mark.once]),
    asking(catalogue, session, surveys),
  );
}

function asking(catalogue: ReportCatalogue, session: ReportSession, surveys: readonly MarkSurvey[]): HTMLElement {
  const mark = MARK_TEXTS[catalogue.language];
  const ready = surveys.some(({ state }) => state === "ready" || state === "early");
  const { field, input, fail } = codeInput(mark.code, mark.codeHint);
  const submit = (event: Event): void => {
    event.preventDefault();
    try {
      session.addMark(input.value);
    } catch (error) {
      fail(failure(catalogue, error));
    }
  };
  return h(
    "form",
    { novalidate: true, onsubmit: submit },
    ready ? notice(null, mark.here, "info") : null,
    ready ? field : null,
    h("h3", {}, mark.surveys),
    bullets(surveys.map((survey) => surveyText(catalogue, survey))),
    actions(
      ready ? h("button", { type: "submit", class: "button primary", "data-key": "find" }, mark.find) : null,
      button(catalogue.report.markWithout, () => session.go("previous"), ready ? "quiet" : "secondary"),
    ),
  );
}

function surveyText(catalogue: ReportCatalogue, { title, state, enrolmentClose }: MarkSurvey): string {
  const mark = MARK_TEXTS[catalogue.language];
  if (title === null || enrolmentClose === null) return mark.unusable;
  return fill(mark[state], { survey: localized(catalogue, title), date: moment(catalogue, enrolmentClose) });
}

function failure(catalogue: ReportCatalogue, error: unknown): string {
  const mark = MARK_TEXTS[catalogue.language];
  if (isAmanaError(error, "ERR_NOT_FOUND")) return mark.notFound;
  if (isAmanaError(error, "ERR_ROUND_NOT_OPEN")) return mark.notYet;
  if (isAmanaError(error, "ERR_ROUND_TOO_FEW")) return mark.tooFew;
  return sentenceFor(catalogue, error);
}

/** The mark as handlers will read it, and among how many its bearer stands. */
function given(catalogue: ReportCatalogue, session: ReportSession, found: FoundMark): HTMLElement {
  const mark = MARK_TEXTS[catalogue.language];
  return h(
    "div",
    {},
    heading(mark.given),
    h("p", { class: "card notice-title", dir: "auto" }, markText(catalogue, found)),
    notice(null, plural(catalogue, mark.crowd, found.crowd), found.crowd > 1 ? "info" : "warning"),
    bullets([mark.narrows, mark.once]),
    actions(
      button(mark.keep, () => session.go("next"), "primary"),
      button(mark.remove, () => session.removeMark(), "quiet"),
    ),
  );
}
