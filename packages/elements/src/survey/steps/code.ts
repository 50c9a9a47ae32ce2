import { formatCode, type SecretCode } from "@amana/core/bytes";
import { fill, localized, type SurveyCatalogue, sentenceFor } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { type ChoiceGroup, choices } from "../../ui/fields.ts";
import { actions, button, heading, notice, paragraph } from "../../ui/parts.ts";
import { secretCodeBox } from "../../ui/secret.ts";
import type { SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";
import { answeringDates } from "../times.ts";

/** The secret code is shown and confirmed, or the person leaves no trace; only then is the invitation used. */
export function code(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound, secret: SecretCode): HTMLElement {
  const { survey, common } = catalogue;
  const { answersLater } = session;
  const group = session.asksAudience ? audienceChoice(catalogue, session, round) : null;
  const box = secretCodeBox(catalogue, formatCode(secret), survey.writeDown);
  const noTrace = notice(null, survey.leaveNoTraceHint, "warning");
  const slot = h("div", {}, session.keepsCode ? box.node : noTrace);
  const later = answersLater ? notice(null, fill(survey.needCode, answeringDates(catalogue, round)), "info") : null;
  const choice = choices({
    legend: survey.chooseTitle,
    help: null,
    choices: [
      { value: "keep", label: survey.keepCode },
      { value: "none", label: survey.leaveNoTrace },
    ],
    chosen: [session.keepsCode ? "keep" : "none"],
    multiple: false,
    scale: false,
    after: [],
    onChange: ([value]) => {
      session.keepsCode = value === "keep";
      slot.replaceChildren(session.keepsCode ? box.node : noTrace);
    },
  });
  const proceed = (): void => {
    if (group !== null && session.audience === null) group.fail(catalogue.common.chooseOne);
    else if (!session.keepsCode || box.confirmed()) void session.enrol();
  };
  return h(
    "div",
    {},
    heading(common.codeTitle),
    paragraph(common.codeWhy),
    paragraph(survey.keepCodeHint, "hint"),
    session.error === null ? null : notice(common.problem, sentenceFor(catalogue, session.error), "error"),
    group?.node,
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

/** A code typed from paper does not say its audience, and may be shown to that audience's issuer alone. */
function audienceChoice(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): ChoiceGroup {
  const group = choices({
    legend: catalogue.survey.audienceTitle,
    help: catalogue.survey.audienceHint,
    choices: round.manifest.audiences.map(({ id, title }) => ({ value: id, label: localized(catalogue, title) })),
    chosen: session.audience === null ? [] : [session.audience],
    multiple: false,
    scale: false,
    required: true,
    after: [],
    onChange: ([value = null]) => {
      session.audience = value;
      group.fail(null);
    },
  });
  return group;
}
