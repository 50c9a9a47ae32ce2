import { fill, moment, number, type SurveyCatalogue, sentenceFor } from "../../catalogue/index.ts";
import { freshId, h } from "../../ui/dom.ts";
import { actions, bullets, button, copyButton, heading, notice, paragraph, saveButton } from "../../ui/parts.ts";
import type { SurveyReceipt, SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";
import { enrolmentProof } from "./enrolment-proof.ts";
import { checkSentences } from "./welcome.ts";

/** The receipt, to keep or to leave, and the check that the answer is in the public ledger. */
export function receipt(
  catalogue: SurveyCatalogue,
  session: SurveySession,
  round: SurveyRound,
  kept: SurveyReceipt,
  finish: () => void,
): HTMLElement {
  const { survey } = catalogue;
  const id = freshId("receipt");
  const withdrawn = session.journey.screen === "withdrawn";
  return h(
    "div",
    {},
    ...taken(catalogue, kept, withdrawn),
    h(
      "section",
      { class: "card" },
      h("h3", { id }, survey.receipt),
      h("pre", { class: "receipt", dir: "ltr", translate: "no", tabindex: "0", "aria-labelledby": id, role: "region" }, kept.text.trim()),
      h(
        "div",
        { class: "inline" },
        copyButton(catalogue, () => kept.text),
        saveButton(catalogue.common.save, `amana-${survey.receiptFile}-${round.name}.txt`, "text/plain", () => kept.text),
      ),
    ),
    inclusion(catalogue, session, round),
    enrolmentProof(catalogue, session, round),
    actions(
      session.inclusion !== null && session.inclusion !== "checking" && session.inclusion.included
        ? null
        : verifyButton(catalogue, session),
      button(survey.finish, finish, "secondary"),
    ),
  );
}

/** What has happened to the answer. Only sent, it is not kept yet, and nothing here may say that it is. */
function taken(catalogue: SurveyCatalogue, { state, releaseAt }: SurveyReceipt, withdrawn: boolean): HTMLElement[] {
  const { survey } = catalogue;
  if (state === "sent" && releaseAt !== null)
    return [
      heading(withdrawn ? survey.sentWithdrawnTitle : survey.sentTitle),
      paragraph(fill(survey.sentText, { date: moment(catalogue, releaseAt) })),
    ];
  const seal = h("span", { class: "seal", "aria-hidden": "true" });
  return [
    heading(withdrawn ? survey.withdrawnTitle : survey.receiptTitle, seal),
    paragraph(withdrawn ? survey.withdrawnText : survey.receiptText),
  ];
}

function verifyButton(catalogue: SurveyCatalogue, session: SurveySession): HTMLElement {
  const verify = button(catalogue.survey.verify, () => void session.verify(), "primary");
  // Not disabled: it would lose the focus, and pressing it again does nothing.
  verify.setAttribute("aria-disabled", String(session.inclusion === "checking"));
  return verify;
}

function inclusion(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): HTMLElement {
  const { survey, common } = catalogue;
  const slot = (child: HTMLElement | null): HTMLElement => h("div", { class: "result-slot" }, child);
  if (session.again === "sending") return slot(notice(null, survey.sending, "info"));
  if (session.error !== null) {
    const retry = session.overdue ? sendAgain(catalogue, session) : null;
    return slot(notice(common.problem, sentenceFor(catalogue, session.error), "error", retry));
  }
  if (session.again === "sent") return slot(notice(null, survey.sentAgain, "info"));
  if (session.inclusion === null) return slot(null);
  if (session.inclusion === "checking") return slot(notice(null, survey.verifying, "info"));
  const { warning } = session.inclusion;
  const warn = warning === undefined ? null : paragraph(warning === "stale" ? survey.recordsStale : survey.recordsAhead);
  if (session.inclusion.included) {
    return slot(
      notice(
        survey.verified,
        survey.verifiedList,
        "success",
        bullets(checkSentences(catalogue, round, session.inclusion.ledgerSize), "ticks"),
        warn,
        session.inclusion.proof === undefined ? null : proof(catalogue, round, session.inclusion.proof),
      ),
    );
  }
  const { state, releaseAt } = session.receipt ?? {};
  if (state === "sent" && releaseAt !== null && releaseAt !== undefined && session.now < releaseAt)
    return slot(notice(null, fill(survey.sentText, { date: moment(catalogue, releaseAt) }), "info", warn));
  if (session.overdue && releaseAt !== null && releaseAt !== undefined)
    return slot(notice(null, fill(survey.overdue, { date: moment(catalogue, releaseAt) }), "warning", warn, sendAgain(catalogue, session)));
  const { minimumKeys } = round.manifest.epoch;
  const values = { date: moment(catalogue, round.times.deadlines.sealBy), group: number(catalogue, Math.max(1, minimumKeys)) };
  return slot(notice(null, fill(survey.notYet, values), "info", warn));
}

/** One button, where a relay has not given on in time what it promised to. */
function sendAgain(catalogue: SurveyCatalogue, session: SurveySession): HTMLElement {
  return h(
    "div",
    { class: "inline" },
    button(catalogue.survey.sendAgain, () => void session.sendAgain()),
  );
}

/** The receipt as a file that anyone can check without this server. */
function proof(catalogue: SurveyCatalogue, round: SurveyRound, text: string): HTMLElement {
  const { survey } = catalogue;
  const save = saveButton(survey.saveProof, `amana-${survey.receiptFile}-${round.name}.tlog-proof`, "text/plain", () => text);
  return h("div", {}, paragraph(survey.proofText), h("div", { class: "inline" }, save));
}
