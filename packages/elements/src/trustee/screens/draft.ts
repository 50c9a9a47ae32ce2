import { isAmanaError } from "@amana/core/errors";
import { fill, plural, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { type Child, h } from "../../ui/dom.ts";
import { actions, button, codeInput, heading, notice, paragraph } from "../../ui/parts.ts";
import type { DraftRound } from "../client.ts";
import { trusteeSentence } from "../sentences.ts";
import type { TrusteeSession } from "../session.ts";
import { busyButton, names, problem } from "./parts.ts";
import { settings } from "./settings.ts";

/** A round before it is live: every check by its name, what would be signed in plain words, and the step that is due. */
export function draftScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const { current, done } = session;
  if (current?.kind !== "draft") return h("div");
  return h(
    "div",
    { class: "narrow" },
    heading(fill(trustee.draftTitle, { round: `\u2068${current.name}\u2069` })),
    problem(catalogue, session, "cosign"),
    done?.what === "rehearsed" ? notice(null, trustee.did.rehearsed, "success") : null,
    h("h3", {}, trustee.checksTitle),
    h("ul", { class: "checks" }, ...current.checks.map((check) => checkRow(catalogue, check))),
    h("h3", {}, trustee.settingsTitle),
    settings(catalogue, session, current.manifest, current.id),
    ...due(catalogue, session, current),
    actions(button(trustee.backToNext, () => session.toNext(), "quiet")),
  );
}

function checkRow(catalogue: TrusteeCatalogue, { check, error }: DraftRound["checks"][number]): HTMLElement {
  const { trustee } = catalogue;
  const problems = isAmanaError(error) ? (error.details.problems ?? []) : [];
  return h(
    "li",
    { class: error === null ? "" : "failed", "data-check": check },
    h("span", { class: error === null ? "ok" : "bad" }, error === null ? `✓ ${trustee.holds}` : `✗ ${trustee.fails}`),
    ` · ${trustee.checks[check]}`,
    error === null ? null : paragraph(trusteeSentence(catalogue, error, "check")),
    ...problems.map(({ path, message }) => h("code", { dir: "ltr" }, `${path}: ${message}`)),
  );
}

function due(catalogue: TrusteeCatalogue, session: TrusteeSession, draft: DraftRound): readonly Child[] {
  const { trustee } = catalogue;
  switch (draft.due) {
    case "refuse":
      return [notice(null, trustee.draftRefused, "error")];
    case "rehearse":
      return [paragraph(trustee.rehearseText), actions(busyButton(session, trustee.rehearse, () => void session.rehearse(), "primary"))];
    case "wait":
      return [notice(null, waitText(catalogue, session, draft), "info")];
    case "cosign": {
      const typed = codeInput(trustee.cosignField, null);
      return [
        paragraph(fill(trustee.cosignText, { line: `\u2068round/${draft.name}\u2069` })),
        typed.field,
        paragraph(trustee.cosignOnce, "hint"),
        actions(busyButton(session, trustee.cosign, () => void session.cosign(typed.input.value), "primary")),
      ];
    }
  }
}

export function waitText(catalogue: TrusteeCatalogue, session: TrusteeSession, draft: DraftRound): string {
  const { trustee } = catalogue;
  if (draft.sharesLeft > 0) return plural(catalogue, trustee.draftRehearsed, draft.sharesLeft);
  return fill(trustee.draftSigned, { names: names(catalogue, session, draft.waitsFor) });
}
