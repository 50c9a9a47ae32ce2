import { REPLY_TEXT_LIMIT } from "@amana/core/mailbox";
import { fill, type HandlerCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, notice, paragraph } from "../../ui/parts.ts";
import { writing } from "../../ui/writing.ts";
import type { HandlerCase } from "../client.ts";
import type { HandlerSession } from "../session.ts";
import { handlerName } from "./labels.ts";

const encoder = new TextEncoder();

/** Letters of about this length that a reply still has room for. */
export function replyLeft(text: string, bytesPerLetter: number): number {
  const bytes = encoder.encode(text.normalize("NFC")).length;
  const letters = [...text].length;
  const left = (REPLY_TEXT_LIMIT - bytes) / (letters < 10 ? bytesPerLetter : bytes / letters);
  return left < 0 ? Math.min(-1, Math.floor(left)) : Math.floor(left);
}

/** An answer to the reporter: written, looked over as the reporter will see it, then signed. */
export function answer(catalogue: HandlerCatalogue, session: HandlerSession, current: HandlerCase): HTMLElement {
  return h(
    "section",
    { class: "card" },
    h("h3", {}, catalogue.handler.replyTitle),
    session.draft.looking ? preview(catalogue, session) : box(catalogue, session, current),
  );
}

function box(catalogue: HandlerCatalogue, session: HandlerSession, current: HandlerCase): HTMLElement {
  const { handler, errors } = catalogue;
  const { draft } = session;
  const left = (text: string): number => replyLeft(text, catalogue.language === "ar" ? 2 : 1);
  const written = writing(catalogue, {
    label: handler.replyLabel,
    hint: handler.replyHint,
    text: draft.reply,
    rows: 6,
    lettersLeft: left,
    onInput: (text) => {
      draft.reply = text;
      written.fail(null);
    },
  });
  const feedback = h("input", {
    type: "checkbox",
    checked: draft.feedback,
    "data-key": "feedback",
    onchange: () => Object.assign(draft, { feedback: feedback.checked }),
  });
  const look = (): void => {
    if (draft.reply.trim() === "") written.fail(handler.replyEmpty);
    else if (left(draft.reply) < 0) written.fail(errors.tooLong);
    else session.look(true);
  };
  return h(
    "div",
    {},
    paragraph(fill(handler.replyLanguage, { language: languageName(catalogue, current.first.document.locale) }), "hint"),
    written.node,
    h("label", { class: "choice" }, feedback, h("span", {}, handler.replyFeedback)),
    actions(button(handler.replyLook, look, "primary")),
  );
}

function preview(catalogue: HandlerCatalogue, session: HandlerSession): HTMLElement {
  const { handler } = catalogue;
  const { draft, inbox, work } = session;
  const send = button(work === "replying" ? handler.sending : handler.replySend, () => void session.reply(), "primary");
  send.setAttribute("aria-disabled", String(work !== null));
  send.setAttribute("data-key", "send");
  const name = handlerName(catalogue, session, inbox?.own ?? null);
  return h(
    "div",
    {},
    h("h4", { tabindex: "-1", "data-key": handler.replyLook }, handler.replyPreview),
    h("div", { class: "preview" }, h("p", { class: "who" }, name), h("p", { class: "said", dir: "auto" }, draft.reply.trim())),
    notice(null, handler.replyWhen, "info"),
    draft.feedback ? paragraph(handler.isFeedback, "hint") : null,
    actions(
      send,
      button(handler.replyChange, () => session.look(false)),
    ),
  );
}

/** A language by the name that this reader knows it by; the tag where the browser knows none. */
function languageName(catalogue: HandlerCatalogue, tag: string): string {
  return new Intl.DisplayNames(catalogue.language, { type: "language" }).of(tag) ?? tag;
}
