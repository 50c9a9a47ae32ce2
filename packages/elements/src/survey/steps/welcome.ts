import { fill, list, localized, moment, number, plural, type SurveyCatalogue, separationSentence } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { genuine } from "../../ui/genuine.ts";
import { actions, bullets, button, details, heading, notice, paragraph } from "../../ui/parts.ts";
import type { SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";
import { answeringDates, hasPhases, type Moment, momentOf, nextRelease, timesOf } from "../times.ts";

/** Who asks, how long it takes, the one honest paragraph, the digits to compare, and the two ways in. */
export function welcome(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): HTMLElement {
  const { survey } = catalogue;
  const at = momentOf(round, session.now);
  return h(
    "div",
    {},
    heading(
      localized(catalogue, round.title),
      paragraph(fill(survey.askedBy, { programme: localized(catalogue, round.programme.name) }), "kicker"),
    ),
    at === "over" ? overNotice(catalogue, round) : facts(catalogue, round, at),
    standing(catalogue, session, round, at),
    at === "answering" ? lateNotice(catalogue, session, round) : null,
    h(
      "section",
      { class: "card promise" },
      h("h3", {}, survey.promiseTitle),
      paragraph(honestSentence(catalogue, round)),
      paragraph(sealedSentence(catalogue, round)),
    ),
    details(catalogue.common.more, bullets([survey.moreDraw, survey.moreOpeners, survey.moreDevice, survey.moreStyle, survey.morePage])),
    genuine(catalogue, round.digits),
    waysIn(catalogue, session, round, at),
  );
}

/** That nothing more is taken here; of a cancelled round, why, in the words that its key holders signed. */
export function overNotice(catalogue: SurveyCatalogue, { times }: Pick<SurveyRound, "times">): HTMLElement {
  const { survey } = catalogue;
  if (times.cancelled === null) return notice(survey.closedTitle, survey.closedText, "info");
  return notice(survey.cancelledTitle, fill(survey.cancelledText, { reason: localized(catalogue, times.cancelled) }), "info");
}

function facts(catalogue: SurveyCatalogue, round: SurveyRound, at: Moment): HTMLElement {
  const { survey } = catalogue;
  const { enrolmentOpen, enrolmentClose, answeringClose } = timesOf(round);
  const date = (seconds: number): { readonly date: string } => ({ date: moment(catalogue, seconds) });
  const closes = fill(survey.closes, date(answeringClose));
  const opens = fill(survey.opens, date(enrolmentOpen));
  if (!hasPhases(round) || at === "answering") return bullets([survey.duration, at === "before" ? opens : closes], "facts");
  // What follows below says when answers are taken, where somebody can act on it.
  if (at === "enrolling") return bullets([survey.duration, fill(survey.enrolUntil, date(enrolmentClose))], "facts");
  const answers = fill(survey.answerBetween, answeringDates(catalogue, round));
  return bullets(at === "before" ? [survey.duration, opens, answers] : [survey.duration], "facts");
}

/** What the moment means for the person: two visits, or an enrolment that is over. */
function standing(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound, at: Moment): HTMLElement | null {
  const { survey } = catalogue;
  const dates = answeringDates(catalogue, round);
  if (at === "over" || at === "before") return null;
  if (session.drawable) return hasPhases(round) ? notice(null, fill(survey.twoVisits, dates), "info") : null;
  const over = fill(survey.enrolmentOver, { date: moment(catalogue, timesOf(round).enrolmentClose) });
  const enrolled = hasPhases(round) ? paragraph(fill(at === "answering" ? survey.enrolledNow : survey.enrolledLater, dates)) : null;
  return notice(survey.enrolmentOverTitle, over, "info", enrolled);
}

/** After the relay's first release the crowd is smaller: who sends then must know it. */
export function lateNotice(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound): HTMLElement | null {
  const release = nextRelease(round, session.now);
  if (release === null || !release.late) return null;
  return notice(null, fill(catalogue.survey.lateCrowd, { date: moment(catalogue, release.at) }), "warning");
}

/** What this round's separation lets us promise, and no more. */
export function honestSentence(
  catalogue: SurveyCatalogue,
  { separation, manifest, programme }: Pick<SurveyRound, "separation" | "manifest" | "programme">,
): string {
  const relay = programme.organisations.find(({ id }) => id === manifest.relay?.organisation);
  return separationSentence(separation, catalogue.language, programme.trial, localized(catalogue, relay?.name));
}

function sealedSentence(catalogue: SurveyCatalogue, { manifest, programme }: SurveyRound): string {
  const names = manifest.trustees.map(({ organisation }) =>
    localized(catalogue, programme.organisations.find(({ id }) => id === organisation)?.name),
  );
  return fill(catalogue.survey.sealed, {
    threshold: number(catalogue, manifest.threshold),
    count: number(catalogue, names.length),
    trustees: list(catalogue, names),
  });
}

function waysIn(catalogue: SurveyCatalogue, session: SurveySession, round: SurveyRound, at: Moment): HTMLElement {
  const { survey } = catalogue;
  const comeBack = (kind: "primary" | "secondary"): HTMLElement => button(survey.haveCode, () => session.go({ type: "comeBack" }), kind);
  // At the second visit the code is the way in.
  if (at === "over" || !session.drawable) return actions(comeBack(at === "answering" ? "primary" : "secondary"));
  if (!round.invited) return h("div", {}, notice(null, survey.noInvitation, "info"), actions(comeBack("secondary")));
  return actions(
    button(survey.begin, () => session.begin(), "primary"),
    comeBack("secondary"),
  );
}

/** The checks behind "your answer is in the ledger", in words. */
export function checkSentences(catalogue: SurveyCatalogue, round: SurveyRound, ledgerSize: number): readonly string[] {
  const { survey } = catalogue;
  const witnesses = round.programme.quorum === 0 ? [] : [plural(catalogue, survey.checkWitnesses, round.programme.quorum)];
  return [survey.checkSigned, ...witnesses, fill(survey.checkLeaves, { size: number(catalogue, ledgerSize) }), survey.checkMine];
}
