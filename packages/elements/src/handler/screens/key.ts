import { type HandlerCatalogue, list, localized, plural } from "../../catalogue/index.ts";
import { fill } from "../../catalogue/text.ts";
import { freshId, h } from "../../ui/dom.ts";
import { digitGroups } from "../../ui/genuine.ts";
import { actions, button, details, heading, notice, paragraph, textInput } from "../../ui/parts.ts";
import { handlerSentence } from "../sentences.ts";
import type { HandlerSession } from "../session.ts";

/** The first screen: the key file and its passphrase. `locked`: the page locked itself after so many minutes. */
export function keyScreen(catalogue: HandlerCatalogue, session: HandlerSession, locked: number | null): HTMLElement {
  const { handler } = catalogue;
  const id = freshId("key");
  const file = h("input", { id, type: "file", "data-key": "file", "aria-describedby": `${id}-hint ${id}-error` });
  const secret = h("input", {
    id: `${id}-pass`,
    type: "password",
    autocomplete: "off",
    "data-key": "passphrase",
    "aria-describedby": `${id}-pass-error`,
  });
  const missing = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
  const unsaid = h("p", { class: "field-error", id: `${id}-pass-error`, role: "alert" });
  const server = textInput(handler.server, "");
  const pin = textInput(handler.pin, "");
  for (const { input } of [server, pin]) input.setAttribute("dir", "ltr");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const chosen = file.files?.[0];
    missing.textContent = chosen === undefined ? handler.keyMissing : "";
    unsaid.textContent = secret.value === "" ? handler.passphraseMissing : "";
    if (chosen === undefined) return file.focus();
    if (secret.value === "") return secret.focus();
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    await session.open(bytes, secret.value, server.input.value, pin.input.value);
  };
  return h(
    "form",
    { novalidate: true, class: "narrow", onsubmit: (event) => void submit(event) },
    heading(handler.keyTitle),
    locked === null ? null : notice(null, plural(catalogue, handler.locked, locked), "info"),
    session.error === null ? null : notice(null, handlerSentence(catalogue, session.error), "error"),
    paragraph(handler.keyText),
    h(
      "div",
      { class: "field" },
      h("label", { for: id }, handler.keyFile),
      h("p", { class: "hint", id: `${id}-hint` }, handler.keyFileHint),
      file,
      missing,
    ),
    h("div", { class: "field" }, h("label", { for: `${id}-pass` }, handler.passphrase), secret, unsaid),
    details(handler.keyMore, hinted(server.field, handler.serverHint), hinted(pin.field, handler.pinHint)),
    actions(h("button", { type: "submit", class: "button primary" }, handler.open)),
    paragraph(handler.keyDevice, "hint after"),
  );
}

function hinted(field: HTMLElement, hint: string): HTMLElement {
  const [label, input] = field.children;
  const id = freshId("hint");
  input?.setAttribute("aria-describedby", id);
  label?.after(h("p", { class: "hint", id }, hint));
  return field;
}

/** The digits of a programme that nobody has compared yet. */
export function trustScreen(catalogue: HandlerCatalogue, session: HandlerSession, digits: string, stop: () => void): HTMLElement {
  const { handler } = catalogue;
  const { programme } = session;
  const remember = h("input", { type: "checkbox", checked: true, "data-key": "remember" });
  const hint = freshId("hint");
  remember.setAttribute("aria-describedby", hint);
  const organisations = list(
    catalogue,
    (programme?.organisations ?? []).map(({ name }) => localized(catalogue, name)),
  );
  return h(
    "div",
    { class: "narrow" },
    heading(handler.trustTitle),
    paragraph(handler.trustText),
    h("p", { class: "claim" }, fill(handler.trustClaim, { programme: localized(catalogue, programme?.name), organisations })),
    h("div", { class: "genuine" }, digitGroups(digits)),
    h("label", { class: "choice" }, remember, h("span", {}, handler.remember)),
    h("p", { class: "hint after", id: hint }, handler.rememberText),
    actions(
      button(handler.trustYes, () => void session.trust(remember.checked), "primary"),
      button(handler.trustNo, stop),
    ),
  );
}

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
