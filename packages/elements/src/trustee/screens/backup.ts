import type { TrusteeCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, paragraph } from "../../ui/parts.ts";
import type { TrusteeSession } from "../session.ts";
import { busyButton, problem } from "./parts.ts";

/** The backup to print, and the card for the operator: a key that only one disk has must not be given to anyone. */
export function backupScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const round = session.selected ?? "";
  const missing = h("p", { class: "field-error", role: "alert" });
  let isKept = false;
  const kept = (how: () => void): (() => void) => {
    return () => {
      isKept = true;
      missing.textContent = "";
      how();
    };
  };
  const card = (): void => {
    missing.textContent = isKept ? "" : trustee.cardNot;
    if (isKept) session.saveCard(round);
  };
  return h(
    "div",
    { class: "narrow" },
    heading(trustee.backupTitle),
    problem(catalogue, session),
    h("p", { class: "no-print" }, trustee.backupText),
    h(
      "pre",
      { class: "backup", role: "group", dir: "ltr", translate: "no", tabindex: "0", "aria-label": trustee.backupTitle },
      session.backup,
    ),
    actions(
      button(
        trustee.backupPrint,
        kept(() => print()),
        "primary",
      ),
      button(
        trustee.backupSave,
        kept(() => session.saveBackup()),
      ),
    ),
    h(
      "section",
      { class: "no-print" },
      h("h3", {}, trustee.cardTitle),
      paragraph(trustee.cardText),
      missing,
      actions(
        button(trustee.cardSave, card),
        busyButton(session, trustee.goOn, () => void session.goOn(), "quiet"),
      ),
    ),
  );
}
