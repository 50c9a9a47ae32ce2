import { date, fill, type HandlerCatalogue } from "../../catalogue/index.ts";
import { type Child, h } from "../../ui/dom.ts";
import type { HandlerCase } from "../client.ts";
import type { HandlerSession } from "../session.ts";
import { attachmentPlace } from "./attachment.ts";
import { handlerName } from "./labels.ts";

/**
 * Everything that was said, in order: by day, and on one day the reporter before those who answer. Text is shown as text, whatever stands in it.
 */
export function talk(catalogue: HandlerCatalogue, session: HandlerSession, current: HandlerCase): HTMLElement {
  const { handler } = catalogue;
  const { messages, replies } = current;
  let before = current.received;
  const entries = [
    ...messages.map((message) => ({ day: message.day, node: () => said(catalogue, session, current, message) })),
    // One without a day stays behind the one before it.
    ...replies.map((reply) => {
      before = Math.max(before, reply.day ?? before);
      return { day: before, node: () => answered(catalogue, session, reply) };
    }),
  ];
  // The sort is stable: what came before of the same day stays before.
  entries.sort((a, b) => a.day - b.day);
  return h("section", {}, h("h3", {}, handler.talkTitle), h("ol", { class: "talk" }, ...entries.map(({ node }) => node())));
}

function said(
  catalogue: HandlerCatalogue,
  session: HandlerSession,
  current: HandlerCase,
  message: HandlerCase["messages"][number],
): HTMLElement {
  const { handler } = catalogue;
  const { document, day, sealed } = message;
  const places = document.attachments.map((reference, index) => attachmentPlace(catalogue, session, current, reference, index + 1));
  return h(
    "li",
    { class: "theirs" },
    who(handler.reporter, [date(catalogue, day), sealed ? null : handler.notSealed]),
    h("p", { class: "said", dir: "auto", lang: document.locale }, document.text),
    ...places,
  );
}

function answered(catalogue: HandlerCatalogue, session: HandlerSession, reply: HandlerCase["replies"][number]): HTMLElement {
  const { handler } = catalogue;
  const { text, day, feedback, published, lost, disputed } = reply;
  if (text === null) return h("li", { class: "mine" }, h("p", { class: "said hint" }, handler.replyUnknown));
  const name = fill(handler.replyOf, { organisation: handlerName(catalogue, session, reply.handler) });
  return h(
    "li",
    { class: "mine" },
    who(name, [
      day === null ? null : date(catalogue, day),
      feedback ? handler.isFeedback : null,
      published || lost ? null : handler.notPublished,
      lost ? handler.notDelivered : null,
      disputed ? handler.disputed : null,
    ]),
    h("p", { class: "said", dir: "auto" }, text),
  );
}

function who(name: string, facts: readonly (string | null)[]): Child {
  const shown = facts.filter((fact) => fact !== null);
  return h("p", { class: "who" }, name, h("span", { class: "when" }, ` · ${shown.join(" · ")}`));
}
