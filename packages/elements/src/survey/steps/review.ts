import { fill, localized, number, type SurveyCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, paragraph } from "../../ui/parts.ts";
import type { SurveyCredential } from "../client.ts";
import { answersToSend, answerText, visibleIds } from "../questions.ts";
import type { SurveySession } from "../session.ts";

/** Everything that would be sent, to look over; each part leads back to itself. */
export function review(catalogue: SurveyCatalogue, session: SurveySession, { questionnaire }: SurveyCredential): HTMLElement {
  const { survey, common } = catalogue;
  const shown = visibleIds(questionnaire, session.answers);
  const answered = Object.keys(answersToSend(questionnaire, session.answers)).length;
  const parts = questionnaire.sections.flatMap((part, index) => {
    const items = part.items.filter(({ id }) => shown.has(id));
    if (items.length === 0) return [];
    const title = localized(catalogue, part.title);
    const edit = button(survey.edit, () => session.go({ type: "edit", section: index }), "quiet");
    edit.setAttribute("aria-label", fill(survey.editPart, { part: title }));
    const rows = items.map((item) => {
      const text = answerText(catalogue, questionnaire, item, session.answers[item.id]);
      return h(
        "div",
        { class: "row" },
        h("dt", {}, localized(catalogue, item.text)),
        h(
          "dd",
          { class: text === null ? "none" : null, dir: item.kind === "text" && text !== null ? "auto" : null },
          text ?? common.notAnswered,
        ),
      );
    });
    return [h("section", { class: "card part-review" }, h("div", { class: "part-head" }, h("h3", {}, title), edit), h("dl", {}, ...rows))];
  });
  return h(
    "div",
    {},
    heading(survey.reviewTitle),
    paragraph(
      `${survey.reviewText} ${fill(survey.answeredCount, { answered: number(catalogue, answered), total: number(catalogue, shown.size) })}`,
    ),
    ...parts,
    actions(
      button(survey.send, () => void session.send(), "primary"),
      session.sections.length === 0
        ? null
        : button(common.back, () => session.go({ type: "previous", sections: session.sections }), "quiet"),
    ),
  );
}
