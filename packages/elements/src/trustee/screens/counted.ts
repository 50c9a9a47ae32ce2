import { fill, localized, number, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, details, heading, paragraph } from "../../ui/parts.ts";
import type { TrusteeSession } from "../session.ts";
import { busyButton, problem } from "./parts.ts";

const OUTCOMES = ["counted", "withdrawn", "invalid", "unopened", "missing"] as const;

/** What was counted, to be looked at before it is signed. */
export function countedScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const { counted, current } = session;
  if (counted === null || current?.kind !== "live") return h("div");
  const titles = new Map(current.manifest.audiences.map(({ id, title }) => [id, localized(catalogue, title)]));
  const row = (audience: (typeof counted.audiences)[number]): HTMLElement =>
    h(
      "li",
      {},
      h("strong", {}, titles.get(audience.audience) ?? audience.audience),
      h("br"),
      OUTCOMES.map((outcome) => `${trustee[outcome]} ${number(catalogue, audience[outcome])}`).join(" · "),
    );
  return h(
    "div",
    { class: "narrow" },
    heading(fill(trustee.countedTitle, { round: `\u2068${current.name}\u2069` })),
    problem(catalogue, session),
    paragraph(trustee.countedText),
    h("ul", { class: "totals" }, ...counted.audiences.map(row)),
    h("p", {}, `${trustee.digest}: `, h("span", { class: "mono", dir: "ltr" }, counted.digest)),
    details(
      trustee.files,
      actions(...counted.files.map(({ name, bytes }) => button(fill(trustee.fileSave, { name }), () => session.saveResult(name, bytes)))),
    ),
    actions(
      busyButton(session, trustee.sign, () => void session.sign(), "primary"),
      button(trustee.backToNext, () => session.toNext(), "quiet"),
    ),
  );
}

/** The end of a round's key: said once more, as it cannot be undone. */
export function destroyScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  return h(
    "div",
    { class: "narrow" },
    heading(fill(trustee.destroyTitle, { round: `\u2068${session.selected ?? ""}\u2069` })),
    problem(catalogue, session),
    paragraph(trustee.destroyText),
    actions(
      busyButton(session, trustee.destroyRead, () => void session.destroy(), "primary"),
      button(trustee.backToNext, () => session.toNext(), "quiet"),
    ),
  );
}
