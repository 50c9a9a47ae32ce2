import { fill, localized, moment, type TrusteeCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, button, heading, notice, paragraph } from "../../ui/parts.ts";
import type { LiveRound, Proposal } from "../client.ts";
import { trusteeSentence } from "../sentences.ts";
import type { TrusteeSession } from "../session.ts";
import { busyButton, problem } from "./parts.ts";

/** What the operator proposes to change, in plain words, by what the ledger says now. */
export function amendmentScreen(catalogue: TrusteeCatalogue, session: TrusteeSession): HTMLElement {
  const { trustee } = catalogue;
  const { current } = session;
  if (current?.kind !== "live" || current.proposal === null) return h("div");
  const { proposal, name } = current;
  const mayBeSigned = proposal.error === null && !proposal.signedByUs;
  return h(
    "div",
    { class: "narrow" },
    heading(fill(trustee.amendmentTitle, { round: `\u2068${name}\u2069` })),
    problem(catalogue, session),
    ...inWords(catalogue, current, proposal).map((line) => paragraph(line)),
    paragraph(fill(trustee.amendmentCount, { count: proposal.signatures, quorum: proposal.quorum }), "hint"),
    proposal.signedAnother ? notice(null, trustee.amendmentAnother, "warning") : null,
    proposal.error === null ? null : notice(trustee.amendmentBad, trusteeSentence(catalogue, proposal.error), "error"),
    proposal.signedByUs ? notice(null, trustee.amendmentSigned, "info") : null,
    actions(
      mayBeSigned ? busyButton(session, trustee.amendmentAgree, () => void session.amend(), "primary") : null,
      button(trustee.backToNext, () => session.toNext(), "quiet"),
    ),
  );
}

function inWords(catalogue: TrusteeCatalogue, { times }: LiveRound, { change }: Proposal): readonly string[] {
  const { trustee } = catalogue;
  const at = (seconds: number): string => moment(catalogue, seconds);
  const from = at(times.windows.answeringClose);
  switch (change.kind) {
    case "lengthen":
      return [fill(trustee.lengthen, { to: at(change.answeringClose), from, commit: at(change.commitBy) })];
    case "close-early":
      return [fill(trustee.closeEarly, { to: at(change.answeringClose), from })];
    case "cancel":
      return [trustee.cancel, fill(trustee.cancelWhy, { reason: localized(catalogue, change.reason) })];
  }
}
