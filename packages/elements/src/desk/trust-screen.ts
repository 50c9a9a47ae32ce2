import { type DeskCatalogue, list, localized } from "../catalogue/index.ts";
import { fill } from "../catalogue/text.ts";
import { freshId, h } from "../ui/dom.ts";
import { digitGroups } from "../ui/genuine.ts";
import { actions, button, heading, paragraph } from "../ui/parts.ts";
import type { DeskServer, DeskSession } from "./session.ts";

/** The digits of a programme that nobody has compared yet. */
export function trustScreen(
  catalogue: DeskCatalogue,
  session: DeskSession<string, DeskServer>,
  digits: string,
  stop: () => void,
): HTMLElement {
  const { desk } = catalogue;
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
    heading(desk.trustTitle),
    paragraph(desk.trustText),
    h("p", { class: "claim" }, fill(desk.trustClaim, { programme: localized(catalogue, programme?.name), organisations })),
    h("div", { class: "genuine" }, digitGroups(digits)),
    h("label", { class: "choice" }, remember, h("span", {}, desk.remember)),
    h("p", { class: "hint after", id: hint }, desk.rememberText),
    actions(
      button(desk.trustYes, () => void session.trust(remember.checked), "primary"),
      button(desk.trustNo, stop),
    ),
  );
}
