import { CASE_STATES, type CaseState } from "@amana/core/cases";
import { date, fill, type HandlerCatalogue, localized, plural } from "../../catalogue/index.ts";
import { lockButton } from "../../desk/lock-button.ts";
import { type Child, h, replace } from "../../ui/dom.ts";
import { dropdown } from "../../ui/fields.ts";
import { actions, button, heading, notice, paragraph, textInput } from "../../ui/parts.ts";
import type { HandlerCase } from "../client.ts";
import { filterCases, labelsOf } from "../filter.ts";
import { handlerSentence } from "../sentences.ts";
import type { HandlerSession } from "../session.ts";
import { dueLines, handlerName, labelChip, markText, stateChip } from "./labels.ts";

/** How many more cases are shown at a time. */
const MORE = 50;
/** Letters of a report in the list. */
const EXCERPT = 140;

export interface ListScreen {
  readonly node: HTMLElement;
  /** Draws what opening changes: how far it is, and the cases. What is typed or chosen stays. */
  readonly renew: () => void;
}

/** All cases: what is due first at the top. */
export function listScreen(catalogue: HandlerCatalogue, session: HandlerSession, lock: () => void): ListScreen {
  const { handler } = catalogue;
  const status = h("div", { class: "opening-slot" });
  const cases = h("div", { class: "cases-slot" });
  const filters = h("div", { class: "filters" });
  const renewCases = (): void => replace(cases, ...caseList(catalogue, session, renewCases));
  const renew = (): void => {
    replace(status, ...statusOf(catalogue, session));
    renewFilters();
    renewCases();
  };
  let labels = "";
  /** Anew only where there is another label: a list that is open must not close. */
  const renewFilters = (): void => {
    const now = labelsOf(session.inbox?.cases ?? []);
    if (filters.childElementCount > 0 && now.join("\n") === labels) return;
    labels = now.join("\n");
    replace(filters, ...filterFields(catalogue, session, now, renewCases));
  };
  const refresh = button(handler.refresh, () => void session.refresh(), "primary");
  refresh.setAttribute("aria-disabled", String(session.work !== null));
  const node = h(
    "div",
    {},
    h(
      "div",
      { class: "list-head" },
      heading(handler.listTitle, h("p", { class: "kicker" }, localized(catalogue, session.channel?.title))),
      actions(refresh, lockButton(catalogue, lock)),
    ),
    session.done === "remembered" ? notice(null, catalogue.desk.remembered, "success") : null,
    session.error === null ? null : notice(null, handlerSentence(catalogue, session.error), "error"),
    status,
    filters,
    cases,
  );
  renew();
  return { node, renew };
}

function statusOf(catalogue: HandlerCatalogue, session: HandlerSession): readonly Child[] {
  const { desk, handler } = catalogue;
  const { inbox, isOpening, openingError } = session;
  if (inbox === null) return [];
  const count = (forms: typeof handler.withheld, value: number, kind: "warning" | "info"): Child =>
    value === 0 ? null : notice(null, plural(catalogue, forms, value), kind);
  const done = inbox.cases.length;
  return [
    isOpening && inbox.waiting > 0
      ? h(
          "div",
          { class: "opening" },
          h("progress", { max: done + inbox.waiting, value: done, "aria-label": desk.opening }),
          h("p", { class: "hint" }, plural(catalogue, handler.openingReports, inbox.waiting)),
        )
      : null,
    openingError === null
      ? null
      : notice(
          handler.openingStopped,
          handlerSentence(catalogue, openingError),
          "error",
          button(handler.goOn, () => void session.openRest()),
        ),
    count(handler.withheld, inbox.withheld, "warning"),
    count(handler.refused, inbox.refused, "warning"),
    count(handler.unreadable, inbox.unreadable, "info"),
  ];
}

function filterFields(
  catalogue: HandlerCatalogue,
  session: HandlerSession,
  labels: readonly string[],
  renew: () => void,
): readonly HTMLElement[] {
  const { handler } = catalogue;
  const set = (change: Partial<HandlerSession["filter"]>): void => {
    session.filter = { ...session.filter, ...change };
    session.shown = MORE;
    renew();
  };
  const { query, state, who, label } = session.filter;
  const search = textInput(handler.search, query);
  search.input.type = "search";
  search.input.addEventListener("input", () => set({ query: search.input.value }));
  const states = CASE_STATES.map((value) => ({ value, label: handler.states[value] }));
  const people = [
    { value: "mine", label: handler.mine },
    { value: "nobody", label: handler.nobody },
  ];
  const pick = <T extends string>(
    text: string,
    choices: readonly { value: T; label: string }[],
    chosen: string,
    onChange: (value: T | "") => void,
  ) => dropdown({ label: text, empty: handler.all, choices, chosen, onChange: (value) => onChange(value as T | "") });
  search.field.classList.add("search");
  return [
    search.field,
    pick<CaseState>(handler.filterState, states, state, (value) => set({ state: value })),
    pick(handler.filterWho, people as { value: "mine" | "nobody"; label: string }[], who, (value) => set({ who: value })),
    ...(labels.length === 0
      ? []
      : [
          pick(
            handler.filterLabel,
            labels.map((value) => ({ value, label: value })),
            label,
            (value) => set({ label: value }),
          ),
        ]),
  ];
}

function caseList(catalogue: HandlerCatalogue, session: HandlerSession, renew: () => void): readonly Child[] {
  const { handler } = catalogue;
  const { inbox } = session;
  if (inbox === null) return [];
  if (inbox.cases.length === 0) return inbox.waiting > 0 ? [] : [h("p", { class: "empty" }, handler.empty)];
  const found = filterCases(inbox.cases, session.filter, inbox.own);
  if (found.length === 0) return [h("p", { class: "empty", role: "status" }, handler.nothingFound)];
  const more = (): void => {
    session.shown += MORE;
    renew();
  };
  return [
    h("p", { class: "hint", role: "status" }, plural(catalogue, handler.found, found.length)),
    h("ol", { class: "cases" }, ...found.slice(0, session.shown).map((each) => row(catalogue, session, each))),
    found.length > session.shown ? actions(button(handler.showMore, more)) : null,
  ];
}

function row(catalogue: HandlerCatalogue, session: HandlerSession, each: HandlerCase): HTMLElement {
  const { handler } = catalogue;
  const { history, messages, replies, reference, received } = each;
  const mark = markText(catalogue, each);
  const text = messages[0]?.document.text ?? "";
  const open = h(
    "button",
    { type: "button", class: "case-link", "data-key": `case-${reference}`, onclick: () => session.select(each.writer) },
    fill(handler.caseTitle, { reference: `\u2068${reference}\u2069` }),
  );
  const facts = [
    fill(handler.received, { date: date(catalogue, received) }),
    plural(catalogue, handler.messageCount, messages.length),
    plural(catalogue, handler.replyCount, replies.length),
    history.assigned === null
      ? handler.nobody
      : fill(handler.handledBy, { organisation: handlerName(catalogue, session, history.assigned) }),
  ];
  return h(
    "li",
    { class: history.state === "junk" ? "case junk" : "case" },
    h("h3", {}, open),
    h(
      "p",
      { class: "chips" },
      stateChip(catalogue, each),
      ...(mark === null ? [] : [h("span", { class: "chip mark" }, mark)]),
      ...history.labels.map(labelChip),
    ),
    h("p", { class: "excerpt", dir: "auto" }, text.length > EXCERPT ? `${[...text].slice(0, EXCERPT).join("")}…` : text),
    h("p", { class: "dues" }, ...dueLines(catalogue, each, session.inbox?.today ?? 0)),
    paragraph(facts.join(" · "), "hint"),
  );
}
