import { CASE_STATES, type CaseChange, type CaseState, NOTE_LIMIT } from "@amana/core/cases";
import { date, fill, type HandlerCatalogue, plural } from "../../catalogue/index.ts";
import { type Child, freshId, h } from "../../ui/dom.ts";
import { button, details, notice, paragraph, textInput } from "../../ui/parts.ts";
import { writing } from "../../ui/writing.ts";
import type { HandlerCase } from "../client.ts";
import type { HandlerSession } from "../session.ts";
import { handlerName } from "./labels.ts";

/** As `@amana/core/cases` has labels. */
const LABEL = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,40}$/u;

/** What handlers tell each other of a case: state, who has it, labels, notes; the history; the export. */
export function work(catalogue: HandlerCatalogue, session: HandlerSession, current: HandlerCase): HTMLElement {
  const { handler } = catalogue;
  const { history } = current;
  const handlers = (session.inbox?.handlers ?? []).map((_, index) => [String(index), handlerName(catalogue, session, index)] as const);
  return h(
    "section",
    { class: "card" },
    h("h3", {}, handler.workTitle),
    paragraph(handler.workText, "hint"),
    history.missing === 0 ? null : notice(null, plural(catalogue, handler.missing, history.missing), "warning"),
    current.doubles === 0 ? null : notice(null, handler.doubles, "warning"),
    history.conflicts.includes("state") ? notice(null, handler.conflictState, "warning") : null,
    setter(
      catalogue,
      session,
      handler.state,
      CASE_STATES.map((state) => [state, handler.states[state]] as const),
      history.state,
      (value) => ({ kind: "state", state: value as CaseState }),
    ),
    history.conflicts.includes("assign") ? notice(null, handler.conflictAssign, "warning") : null,
    setter(
      catalogue,
      session,
      handler.assign,
      [["", handler.nobody], ...handlers],
      history.assigned === null ? "" : String(history.assigned),
      (value) => ({
        kind: "assign",
        to: value === "" ? null : Number(value),
      }),
    ),
    labels(catalogue, session, current),
    notes(catalogue, session, current),
    details(
      handler.history,
      h("ol", { class: "history" }, ...history.records.map((record) => h("li", {}, ...line(catalogue, session, record)))),
    ),
    exporting(catalogue, session),
  );
}

/** A closed list, and a button that sets it: nothing is written by looking through the list. */
function setter(
  catalogue: HandlerCatalogue,
  session: HandlerSession,
  label: string,
  choices: readonly (readonly [string, string])[],
  chosen: string,
  toChange: (value: string) => CaseChange,
): HTMLElement {
  const id = freshId("set");
  const select = h(
    "select",
    { id, autocomplete: "off", "data-key": label },
    ...choices.map(([value, text]) => h("option", { value, selected: value === chosen }, text)),
  );
  const apply = busyButton(session, catalogue.handler.apply, () => {
    if (select.value !== chosen) void session.change(toChange(select.value));
  });
  apply.setAttribute("aria-label", `${catalogue.handler.apply}: ${label}`);
  apply.setAttribute("data-key", `set-${label}`);
  return h("div", { class: "field" }, h("label", { for: id }, label), h("div", { class: "set" }, select, apply));
}

function labels(catalogue: HandlerCatalogue, session: HandlerSession, { history }: HandlerCase): HTMLElement {
  const { handler } = catalogue;
  const { field, input } = textInput(handler.label, "");
  input.maxLength = 40;
  const error = h("p", { class: "field-error", role: "alert" });
  const add = (event: Event): void => {
    event.preventDefault();
    const label = input.value.trim();
    if (LABEL.test(label)) void session.change({ kind: "label", label, on: true });
    else error.textContent = handler.labelBad;
  };
  const remove = (label: string): HTMLElement => {
    const node = busyButton(session, "×", () => void session.change({ kind: "label", label, on: false }));
    node.setAttribute("aria-label", fill(handler.labelRemove, { label }));
    node.setAttribute("data-key", `label-${label}`);
    return h("li", { class: "chip label" }, h("bdi", {}, label), node);
  };
  const send = h(
    "button",
    { type: "submit", class: "button", "data-key": "label-add", "aria-disabled": String(session.work !== null) },
    handler.labelAdd,
  );
  return h(
    "form",
    { novalidate: true, onsubmit: add },
    h("h4", {}, handler.labels),
    history.labels.length === 0 ? null : h("ul", { class: "chips" }, ...history.labels.map(remove)),
    h("div", { class: "set end" }, field, send),
    error,
  );
}

function notes(catalogue: HandlerCatalogue, session: HandlerSession, { history }: HandlerCase): HTMLElement {
  const { handler, errors } = catalogue;
  const { draft } = session;
  const written = writing(catalogue, {
    label: handler.note,
    hint: null,
    text: draft.note,
    rows: 3,
    lettersLeft: (text) => NOTE_LIMIT - text.length,
    onInput: (text) => {
      draft.note = text;
      written.fail(null);
    },
  });
  const add = (): void => {
    if (draft.note.trim() === "") written.fail(handler.noteEmpty);
    else if (draft.note.length > NOTE_LIMIT) written.fail(errors.tooLong);
    else void session.change({ kind: "note", text: draft.note });
  };
  const all = history.records.flatMap(({ handler: by, document: { day, change } }) =>
    change.kind === "note"
      ? [
          h(
            "li",
            {},
            h("p", { class: "who" }, `${handlerName(catalogue, session, by)} · ${date(catalogue, day)}`),
            h("p", { class: "said", dir: "auto" }, change.text),
          ),
        ]
      : [],
  );
  return h(
    "div",
    {},
    h("h4", {}, handler.notes),
    all.length === 0 ? paragraph(handler.noNotes, "hint") : h("ol", { class: "notes" }, ...all),
    written.node,
    busyButton(session, handler.noteAdd, add),
  );
}

function line(catalogue: HandlerCatalogue, session: HandlerSession, record: HandlerCase["history"]["records"][number]): readonly Child[] {
  const {
    document: { day, change },
    handler: by,
  } = record;
  return [
    what(catalogue, session, change),
    h("span", { class: "when" }, ` · ${handlerName(catalogue, session, by)} · ${date(catalogue, day)}`),
  ];
}

function what(catalogue: HandlerCatalogue, session: HandlerSession, change: CaseChange): string {
  const { handler } = catalogue;
  switch (change.kind) {
    case "state":
      return fill(handler.historyState, { state: handler.states[change.state] });
    case "assign":
      return change.to === null
        ? handler.historyNobody
        : fill(handler.historyAssign, { organisation: handlerName(catalogue, session, change.to) });
    case "label":
      return fill(change.on ? handler.historyLabel : handler.historyUnlabel, { label: `\u2068${change.label}\u2069` });
    case "note":
      return handler.historyNote;
    case "reply":
      return handler.historyReply;
  }
}

function exporting({ handler }: HandlerCatalogue, session: HandlerSession): HTMLElement {
  const text = session.work === "exporting" ? handler.exporting : handler.export;
  const node = busyButton(session, text, () => void session.export());
  node.setAttribute("data-key", "export");
  // Said where the button is: on a phone it is far below the top of the page.
  const saved = session.done === "exported" ? notice(null, handler.exported, "success") : null;
  return h("div", { class: "export" }, paragraph(handler.exportText, "hint"), node, saved);
}

function busyButton(session: HandlerSession, text: string, onclick: () => void): HTMLButtonElement {
  const node = button(text, () => {
    if (session.work === null) onclick();
  });
  node.setAttribute("aria-disabled", String(session.work !== null));
  return node;
}
