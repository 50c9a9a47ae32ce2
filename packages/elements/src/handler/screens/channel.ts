import { type HandlerCatalogue, localized } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, notice } from "../../ui/parts.ts";
import { handlerSentence } from "../sentences.ts";
import type { HandlerSession } from "../session.ts";

/** Several channels, or none. */
export function channelScreen(catalogue: HandlerCatalogue, session: HandlerSession, stop: () => void): HTMLElement {
  const { handler, common } = catalogue;
  return h(
    "div",
    { class: "narrow" },
    heading(handler.channelTitle),
    session.error === null ? null : notice(null, handlerSentence(catalogue, session.error), "error"),
    session.channels.length === 0 ? notice(null, handler.noChannel, "warning") : null,
    h(
      "ul",
      { class: "channels" },
      ...session.channels.map((channel) =>
        h(
          "li",
          {},
          button(localized(catalogue, channel.title) || channel.name, () => void session.choose(channel)),
        ),
      ),
    ),
    actions(button(common.back, stop, "quiet")),
  );
}
