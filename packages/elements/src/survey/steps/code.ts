import { formatCode, type SecretCode } from "@amana/core/bytes";
import { type Catalogue, fill, moment, sentenceFor } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { choices } from "../../ui/fields.ts";
import { actions, button, heading, notice, paragraph } from "../../ui/parts.ts";
import { secretCodeBox } from "../../ui/secret.ts";
import type { SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";

/** The secret code is shown and confirmed, or the person leaves no trace; only then is the invitation used. */
export function code(catalogue: Catalogue, session: SurveySession, round: SurveyRound, secret: SecretCode): HTMLElement {
  const { survey, common } = catalogue;
  const { answersLater } = session;
  const box = secretCodeBox(catalogue, formatCode(secret), survey.writeDown);
  let keeps = true;
  const slot = h("div", {}, box.node);
  const later = answersLater
    ? notice(null, fill(survey.needCode, { date: moment(catalogue, round.manifest.windows.answeringOpen) }), "info")
    : null;
  const choice = choices({
    legend: survey.chooseTitle,
    help: null,
    choices: [
      { value: "keep", label: survey.keepCode },
      { value: "none", label: survey.leaveNoTrace },
    ],
    chosen: ["keep"],
    multiple: false,
    scale: false,
    after: [],
    onChange: ([value]) => {
      keeps = value === "keep";
      slot.replaceChildren(keeps ? box.node : notice(null, survey.leaveNoTraceHint, "warning"));
    },
  });
  const proceed = (): void => {
    if (!keeps || box.confirmed()) void session.enrol();
  };
  return h(
    "div",
    {},
    heading(common.codeTitle),
    paragraph(common.codeWhy),
    paragraph(survey.keepCodeHint, "hint"),
    session.error === null ? null : notice(common.problem, sentenceFor(catalogue, session.error), "error"),
    later,
    answersLater ? null : choice.node,
    slot,
    paragraph(survey.enrolHint, "hint"),
    actions(
      button(survey.enrol, proceed, "primary"),
      button(common.back, () => session.go({ type: "cancel" }), "quiet"),
    ),
  );
}
