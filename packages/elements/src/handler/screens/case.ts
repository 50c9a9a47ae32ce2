import { date, fill, type HandlerCatalogue } from "../../catalogue/index.ts";
import { lockButton } from "../../desk/lock-button.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, notice, paragraph } from "../../ui/parts.ts";
import type { HandlerCase } from "../client.ts";
import { handlerSentence } from "../sentences.ts";
import type { HandlerSession } from "../session.ts";
import { answer } from "./answer.ts";
import { dueLines, markText, stateChip } from "./labels.ts";
import { talk } from "./talk.ts";
import { work } from "./work.ts";

/** One case: what was said, what is due, an answer, and what handlers tell each other. */
export function caseScreen(catalogue: HandlerCatalogue, session: HandlerSession, lock: () => void): HTMLElement {
  const { desk, handler } = catalogue;
  const { current, done, error } = session;
  const back = button(handler.back, () => session.toList());
  if (current === null) return h("div", {}, heading(handler.listTitle), notice(null, handler.errors.gone, "warning"), actions(back));
  const dues = dueLines(catalogue, current, session.inbox?.today ?? 0);
  const mark = markText(catalogue, current);
  const said = { replied: handler.replySent, changed: handler.saved, remembered: desk.remembered };
  return h(
    "div",
    {},
    h(
      "div",
      { class: "list-head" },
      heading(fill(handler.caseTitle, { reference: `\u2068${current.reference}\u2069` })),
      actions(back, lockButton(catalogue, lock)),
    ),
    h("p", { class: "chips" }, stateChip(catalogue, current), ...(mark === null ? [] : [h("span", { class: "chip mark" }, mark)])),
    paragraph(fill(handler.received, { date: date(catalogue, current.received) }), "hint"),
    current.history.state === "junk"
      ? null
      : dues.length === 0
        ? paragraph(handler.deadlinesDone, "hint")
        : h("p", { class: "dues" }, ...dues),
    done === null || done === "exported" ? null : notice(null, said[done], "success"),
    error === null ? null : h("div", { class: "failure" }, notice(null, handlerSentence(catalogue, error, true), "error")),
    h(
      "div",
      { class: "columns" },
      h("div", {}, chosen(catalogue, current), talk(catalogue, session, current), answer(catalogue, session, current)),
      h("aside", { "aria-label": handler.workTitle }, work(catalogue, session, current), paragraph(handler.deadlinesWhy, "hint after")),
    ),
  );
}

/** The closed fields of the report, in this reader's words; a value that no catalogue has is shown as it was sent. */
function chosen({ handler, options }: HandlerCatalogue, { first }: HandlerCase): HTMLElement | null {
  const fields = Object.entries(first.document.fields);
  if (fields.length === 0) return null;
  const known = options as Readonly<
    Record<string, { readonly label: string; readonly options: Readonly<Record<string, string>> } | undefined>
  >;
  const row = ([field, value]: [string, string]): HTMLElement => {
    const words = Object.hasOwn(known, field) ? known[field] : undefined;
    const word = words !== undefined && Object.hasOwn(words.options, value) ? words.options[value] : value;
    return h("div", { class: "row" }, h("dt", { dir: "auto" }, words?.label ?? field), h("dd", { dir: "auto" }, word));
  };
  return h("section", { class: "card" }, h("h3", {}, handler.detailsTitle), h("dl", { class: "pairs" }, ...fields.map(row)));
}
