import type { Manifest } from "@amana/core/manifest";
import { list, localized, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { type Child, h } from "../../ui/dom.ts";
import { button, notice } from "../../ui/parts.ts";
import { type ErrorPlace, trusteeSentence } from "../sentences.ts";
import type { TrusteeSession } from "../session.ts";

/** Protocol names of organisations and rounds: as the programme names them. */
export const NAME: RegExp = /^[a-z0-9-]{1,64}$/;

/** The failure of the screen on show, with every mistake by its path. */
export function problem(catalogue: TrusteeCatalogue, session: TrusteeSession, place?: ErrorPlace): Child {
  return session.error === null ? null : notice(null, trusteeSentence(catalogue, session.error, place), "error");
}

/** A button that waits while something goes on. */
export function busyButton(
  session: TrusteeSession,
  text: string,
  onclick: () => void,
  kind: "primary" | "secondary" | "quiet" = "secondary",
): HTMLButtonElement {
  const node = button(
    text,
    () => {
      if (!session.isBusy) onclick();
    },
    kind,
  );
  node.setAttribute("aria-disabled", String(session.isBusy));
  return node;
}

/** Organisations by the names that the programme has for them. */
export function names(catalogue: TrusteeCatalogue, session: TrusteeSession, ids: readonly string[]): string {
  const organisations = session.programme?.organisations ?? [];
  return list(
    catalogue,
    ids.map((id) => localized(catalogue, organisations.find((each) => each.id === id)?.name) || id),
  );
}

/** A round by its title and name. */
export function roundTitle(catalogue: TrusteeCatalogue, name: string, manifest?: Pick<Manifest, "title">): readonly Child[] {
  const title = localized(catalogue, manifest?.title);
  return [title === "" ? null : `${title} · `, h("bdi", {}, name)];
}
