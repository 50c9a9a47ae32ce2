import type { SurveyCatalogue } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { copyButton, details, paragraph, saveButton } from "../../ui/parts.ts";
import type { SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";

/**
 * What each issuer signed when the invitation was used, to keep or to leave: closed, because on a device that others look through it says that
 * this person took part. Null for whoever came back.
 */
export function enrolmentProof(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): HTMLElement | null {
  const { survey, common } = catalogue;
  const receipts = session.credential?.enrolmentReceipts ?? [];
  if (receipts.length === 0) return null;
  const name = (place: number): string => `amana-${survey.enrolProofFile}-${round.name}${receipts.length > 1 ? `-${place + 1}` : ""}.txt`;
  const one = (text: string, place: number): HTMLElement =>
    h(
      "div",
      { class: "inline" },
      copyButton(catalogue, () => text),
      saveButton(common.save, name(place), "text/plain", () => text),
    );
  return details(survey.enrolProof, paragraph(survey.enrolProofText), ...receipts.map(one));
}
