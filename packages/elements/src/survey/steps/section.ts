import { type Item, PREFER_NOT } from "@amana/core/questionnaire";
import { localized, plural, type SurveyCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { choices } from "../../ui/fields.ts";
import { actions, button, heading, paragraph } from "../../ui/parts.ts";
import { writing } from "../../ui/writing.ts";
import type { SurveyCredential } from "../client.ts";
import { answerOf, choicesOf, lettersLeft, valuesOf, visibleIds } from "../questions.ts";
import type { SurveySession } from "../session.ts";

interface Shown {
  readonly item: Item;
  readonly node: HTMLElement;
  /** False when the item holds something that cannot be sent; it then shows why and has the focus. */
  readonly ready: () => boolean;
}

/** One screen of questions. Everything can be skipped; what an answer brings up or hides changes at once. */
export function section(catalogue: SurveyCatalogue, session: SurveySession, { questionnaire }: SurveyCredential): HTMLElement {
  const { survey, common } = catalogue;
  const part = questionnaire.sections[session.journey.section];
  if (part === undefined) return h("div");
  const nothing = paragraph(survey.nothingHere, "hint");
  const shown: Shown[] = part.items.map((item) =>
    item.kind === "text" ? textItem(catalogue, session, item, refresh) : closedItem(catalogue, session, questionnaire, item, refresh),
  );
  function refresh(): void {
    const visible = visibleIds(questionnaire, session.answers);
    for (const { item, node } of shown) node.hidden = !visible.has(item.id);
    nothing.hidden = shown.some(({ node }) => !node.hidden);
  }
  refresh();
  const next = (): void => {
    const first = shown.filter(({ node }) => !node.hidden).find(({ ready }) => !ready());
    if (first === undefined) session.go({ type: "next", sections: session.sections });
  };
  const isFirst = session.sections[0] === session.journey.section && !session.journey.editing;
  return h(
    "div",
    {},
    heading(localized(catalogue, part.title)),
    part.text === null ? null : paragraph(localized(catalogue, part.text)),
    paragraph(survey.skipHint, "hint"),
    ...shown.map(({ node }) => node),
    nothing,
    actions(
      button(common.next, next, "primary"),
      isFirst ? null : button(common.back, () => session.go({ type: "previous", sections: session.sections }), "quiet"),
    ),
  );
}

function closedItem(
  catalogue: SurveyCatalogue,
  session: SurveySession,
  questionnaire: SurveyCredential["questionnaire"],
  item: Exclude<Item, { readonly kind: "text" }>,
  refresh: () => void,
): Shown {
  const { survey } = catalogue;
  const clear = button(survey.clear, () => set([]), "quiet");
  const limit = h("p", { class: "limit", role: "status" });
  const limits = item.kind === "multiple" ? [plural(catalogue, survey.chooseUpTo, item.max)] : [];
  const help = [localized(catalogue, item.help ?? undefined), ...limits].filter((text) => text !== "").join(" ");
  const group = choices({
    legend: localized(catalogue, item.text),
    help: help === "" ? null : help,
    choices: choicesOf(catalogue, questionnaire, item),
    chosen: valuesOf(session.answers[item.id]),
    multiple: item.kind === "multiple",
    scale: item.kind === "likert",
    after: [h("div", { class: "clear-row" }, clear, item.kind === "multiple" ? limit : null)],
    onChange: (values, changed) => set(allowed(values, changed)),
  });
  /** "Prefer not to say" stands alone, and no more than `max` can be chosen: the one too many is taken back, and said. */
  function allowed(values: readonly string[], changed: HTMLInputElement): readonly string[] {
    limit.textContent = "";
    if (item.kind !== "multiple") return values;
    if (changed.checked && changed.value === PREFER_NOT) return [PREFER_NOT];
    const own = values.filter((value) => value !== PREFER_NOT);
    if (own.length <= item.max) return own.length === 0 ? values : own;
    limit.textContent = plural(catalogue, survey.tooMany, item.max);
    return own.filter((value) => value !== changed.value);
  }
  function set(values: readonly string[]): void {
    session.setAnswer(item.id, answerOf(item, values));
    group.set(values);
    clear.classList.toggle("unused", values.length === 0);
    clear.disabled = values.length === 0;
    refresh();
  }
  const chosen = valuesOf(session.answers[item.id]);
  clear.classList.toggle("unused", chosen.length === 0);
  clear.disabled = chosen.length === 0;
  clear.setAttribute("aria-label", `${survey.clear}: ${localized(catalogue, item.text)}`);
  return { item, node: group.node, ready: () => true };
}

function textItem(
  catalogue: SurveyCatalogue,
  session: SurveySession,
  item: Extract<Item, { readonly kind: "text" }>,
  refresh: () => void,
): Shown {
  const left = (text: string): number => lettersLeft(text, item.maxBytes, catalogue.language === "ar" ? 1.9 : 1.05);
  const box = writing(catalogue, {
    label: localized(catalogue, item.text),
    hint: localized(catalogue, item.help ?? undefined) || null,
    text: String(session.answers[item.id] ?? ""),
    rows: 6,
    lettersLeft: left,
    onInput: (text) => {
      session.setAnswer(item.id, text === "" ? null : text);
      box.fail(null);
      refresh();
    },
  });
  const ready = (): boolean => {
    const fits = left(box.input.value) >= 0;
    if (!fits) box.fail(catalogue.errors.tooLong);
    return fits;
  };
  return { item, node: box.node, ready };
}
