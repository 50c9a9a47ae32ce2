import { type Html, html } from "../../charts/index.ts";
import { changeBetween } from "../change.ts";
import type { ActionPlan, Day, Evidence, Finding, Measure, Party, Update } from "../model.ts";
import { measureStatus, updatesOf } from "../status.ts";
import { figure, unitOf } from "./figures.ts";
import { ltr, type PlanWords } from "./words.ts";

/** How many measures stand where. */
export function standing(words: PlanWords, plan: ActionPlan, today: Day): Html {
  const statuses = plan.measures.map((measure) => measureStatus(plan, measure, today));
  const counts = [...new Set(statuses)].map((status) => [status, statuses.filter((each) => each === status).length] as const);
  return html`<section id="standing">
<h2>${words.say("standing")}</h2>
<p class="intro">${words.say("standingNote")}</p>
<ul class="standing">${counts.map(([status, count]) => html`<li class="status ${status}"><b>${ltr(count)}</b> ${words.catalogue.status[status]}</li>`)}</ul>
</section>
`;
}

/** Each finding with the measures that answer it. */
export function findings(words: PlanWords, plan: ActionPlan, today: Day): Html {
  return html`<section id="measures">
<h2>${words.say("measures")}</h2>
${plan.findings.map((finding) => oneFinding(words, plan, finding, today))}</section>
`;
}

function oneFinding(words: PlanWords, plan: ActionPlan, finding: Finding, today: Day): Html {
  const measures = plan.measures.filter((measure) => measure.finding === finding.id);
  return html`<article id="${finding.id}" class="finding">
<p class="kind">${words.say("finding")} ${ltr(finding.id)}</p>
<h3>${words.localized(finding.text)}</h3>
<dl>
<dt>${words.say("criterion")}</dt><dd>${words.localized(finding.criterion)}</dd>
<dt>${words.say("condition")}</dt><dd><ul>${finding.figures.map(({ text, cell }) => html`<li>${words.localized(text)}: ${figure(words, cell)}</li>`)}</ul></dd>
<dt>${words.say("causes")}</dt><dd><ul>${finding.causes.map((cause) => html`<li>${words.localized(cause)}</li>`)}</ul></dd>
${finding.consequence === null ? undefined : html`<dt>${words.say("consequence")}</dt><dd>${words.localized(finding.consequence)}</dd>`}
</dl>
${measures.map((measure) => oneMeasure(words, plan, measure, today))}</article>
`;
}

function oneMeasure(words: PlanWords, plan: ActionPlan, measure: Measure, today: Day): Html {
  const status = measureStatus(plan, measure, today);
  const updates = updatesOf(plan, measure.id);
  return html`<section id="${measure.id}" class="card measure">
<p class="status ${status}">${words.catalogue.status[status]}</p>
<h4>${words.say("measure")} ${ltr(measure.id)}: ${words.localized(measure.text)}</h4>
<dl>
<dt>${words.say("owner")}</dt><dd>${party(words, plan, measure.owner)}</dd>
${measure.partner === null ? undefined : html`<dt>${words.say("partner")}</dt><dd>${party(words, plan, measure.partner)}</dd>`}
<dt>${words.say("from")}</dt><dd>${day(measure.start)}</dd>
<dt>${words.say("due")}</dt><dd>${day(measure.due)}</dd>
<dt>${words.say("effort")}</dt><dd>${words.say(measure.effort)}</dd>
</dl>
${indicator(words, plan, measure)}
<h5>${words.say("updates")}</h5>
${updates.length === 0 ? html`<p class="note">${words.say("noUpdates")}</p>` : html`<ol class="updates">${updates.map((update) => oneUpdate(words, update))}</ol>`}
</section>
`;
}

function party(words: PlanWords, { sides }: ActionPlan, { side, role }: Party): Html {
  const title = sides.find(({ id }) => id === side)?.title;
  return html`${words.localized(role)} (${title === undefined ? side : words.localized(title)})`;
}

function indicator(words: PlanWords, plan: ActionPlan, { id, indicator }: Measure): Html {
  const { cell, target, text } = indicator;
  const measured = updatesOf(plan, id).findLast((update) => update.measured !== null)?.measured ?? null;
  const change = measured === null ? null : changeBetween(cell.figure, measured.figure);
  const sign = (value: number): string => String(Math.round(value)).replace("-", "−");
  return html`<h5>${words.say("indicator")}</h5>
<p>${words.localized(text)}</p>
<dl>
<dt>${words.say("baseline")}</dt><dd>${figure(words, cell)}</dd>
<dt>${words.say("target")}</dt><dd><b>${words.value(target, unitOf(cell))}</b></dd>
<dt>${words.say("measured")}</dt><dd>${
    measured === null || change === null
      ? words.say("notMeasured", { round: plan.nextWave.round })
      : html`${figure(words, measured)} <span class="note">${words.say("change", { points: ltr(sign(change.points)), range: ltr(`${sign(change.low)} … ${sign(change.high)}`) })}</span>`
  }</dd>
</dl>`;
}

function oneUpdate(words: PlanWords, update: Update): Html {
  return html`<li id="${update.id}"><b>${words.catalogue.event[update.event]}</b> ${day(update.date)}: ${words.localized(update.text)}${update.evidence.length === 0 ? undefined : html` <span class="note">${words.say("evidence")}: ${update.evidence.map((each, index) => html`${index === 0 ? "" : ", "}${evidence(words, each)}`)}</span>`}</li>`;
}

/** A link out of the page, to what its authors name: `https` alone, and told nothing of who comes. */
function evidence(words: PlanWords, { text, address, sha256 }: Evidence): Html {
  const name = text === null ? ltr(address) : words.localized(text);
  return html`<a href="${address}" rel="noreferrer noopener nofollow">${name}</a>${sha256 === null ? undefined : html` <code dir="ltr">${sha256}</code>`}`;
}

export function day(value: Day): Html {
  return html`<time datetime="${value}" dir="ltr">${value}</time>`;
}
