import { type Catalogue, fill, list, localized, moment, number, plural } from "../../catalogue/index.ts";
import { h } from "../../ui/dom.ts";
import { actions, bullets, button, details, heading, notice, paragraph } from "../../ui/parts.ts";
import type { SurveyRound } from "../client.ts";
import type { SurveySession } from "../session.ts";

/** Who asks, how long it takes, the one honest paragraph, the digits to compare, and the two ways in. */
export function welcome(catalogue: Catalogue, session: SurveySession, round: SurveyRound): HTMLElement {
  const { survey } = catalogue;
  const over = round.state === "closed" || round.state === "released";
  return h(
    "div",
    {},
    heading(
      localized(catalogue, round.title),
      paragraph(fill(survey.askedBy, { programme: localized(catalogue, round.programme.name) }), "kicker"),
    ),
    over ? notice(survey.closedTitle, survey.closedText, "info") : facts(catalogue, session, round),
    h(
      "section",
      { class: "card promise" },
      h("h3", {}, survey.promiseTitle),
      paragraph(honestSentence(catalogue, round)),
      paragraph(sealedSentence(catalogue, round)),
    ),
    details(catalogue.common.more, bullets([survey.moreDraw, survey.moreOpeners, survey.moreDevice, survey.moreStyle, survey.morePage])),
    genuine(catalogue, round.digits),
    waysIn(catalogue, session, round, over),
  );
}

function facts(catalogue: Catalogue, session: SurveySession, round: SurveyRound): HTMLElement {
  const { enrolmentOpen, answeringClose } = round.manifest.windows;
  const upcoming = session.now < enrolmentOpen;
  const when = upcoming
    ? fill(catalogue.survey.opens, { date: moment(catalogue, enrolmentOpen) })
    : fill(catalogue.survey.closes, { date: moment(catalogue, answeringClose) });
  return bullets([catalogue.survey.duration, when], "facts");
}

/** What this round's separation lets us promise, and no more. */
export function honestSentence(
  catalogue: Catalogue,
  { separation, manifest, programme }: Pick<SurveyRound, "separation" | "manifest" | "programme">,
): string {
  if (separation.includes("relay")) {
    const relay = programme.organisations.find(({ id }) => id === manifest.relay?.organisation);
    return fill(catalogue.survey.promiseRelay, { relay: localized(catalogue, relay?.name) });
  }
  return separation.includes("phases") ? catalogue.survey.promisePhases : catalogue.survey.promiseNone;
}

function sealedSentence(catalogue: Catalogue, { manifest, programme }: SurveyRound): string {
  const names = manifest.trustees.map(({ organisation }) =>
    localized(catalogue, programme.organisations.find(({ id }) => id === organisation)?.name),
  );
  return fill(catalogue.survey.sealed, {
    threshold: number(catalogue, manifest.threshold),
    count: number(catalogue, names.length),
    trustees: list(catalogue, names),
  });
}

/** The programme's digits. People compare them with paper: left to right in every language. */
export function genuine(catalogue: Catalogue, digits: string): HTMLElement {
  const groups = digits.split(" ").map((group) => h("span", {}, group));
  return h(
    "section",
    { class: "genuine" },
    h("h3", {}, catalogue.common.digitsTitle),
    paragraph(catalogue.common.digits),
    h("p", { class: "digits", dir: "ltr", translate: "no" }, ...groups.flatMap((group, index) => (index === 0 ? [group] : [" ", group]))),
  );
}

function waysIn(catalogue: Catalogue, session: SurveySession, round: SurveyRound, over: boolean): HTMLElement {
  const { survey } = catalogue;
  const comeBack = button(survey.haveCode, () => session.go({ type: "comeBack" }), "secondary");
  if (over || !session.drawable) return actions(comeBack);
  if (!round.invited) return h("div", {}, notice(null, survey.noInvitation, "info"), actions(comeBack));
  return actions(
    button(survey.begin, () => session.begin(), "primary"),
    comeBack,
  );
}

/** The checks behind "your answer is in the ledger", in words. */
export function checkSentences(catalogue: Catalogue, round: SurveyRound, ledgerSize: number): readonly string[] {
  const { survey } = catalogue;
  const witnesses = round.programme.quorum === 0 ? [] : [plural(catalogue, survey.checkWitnesses, round.programme.quorum)];
  return [survey.checkSigned, ...witnesses, fill(survey.checkLeaves, { size: number(catalogue, ledgerSize) }), survey.checkMine];
}
