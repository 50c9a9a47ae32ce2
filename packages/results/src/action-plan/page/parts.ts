import { type Html, html } from "../../charts/index.ts";
import { dayOf } from "../day.ts";
import { planChanges } from "../history.ts";
import type { ActionPlan, Statement } from "../model.ts";
import { cellAddress, placesOf } from "./figures.ts";
import { newest, type PlanPagesInput } from "./input.ts";
import { day } from "./measures.ts";
import { ltr, type PlanWords } from "./words.ts";

/** What both sides think, and what became of it. */
export function statements(words: PlanWords, plan: ActionPlan): Html | undefined {
  if (plan.statements.length === 0) return undefined;
  return html`<section id="statements">
<h2>${words.say("statements")}</h2>
<p class="intro">${words.say("statementsNote")}</p>
<ul class="statements">${plan.statements.map((statement) => oneStatement(words, plan, statement))}</ul>
</section>
`;
}

function oneStatement(words: PlanWords, plan: ActionPlan, { id, text, consultation, refusal }: Statement): Html {
  const measures = plan.measures.filter(({ statements }) => statements.includes(id));
  const side = plan.sides.find((each) => each.id === refusal?.by);
  const places = consultation === null ? [] : consultation.cells;
  return html`<li id="${id}"><b>${words.localized(text)}</b><br>
${
  consultation === null
    ? html`<span class="note">${words.say("workshop")}</span>`
    : html`<span class="class">${words.catalogue.class[consultation.class]}</span> <span class="note">${places.map((pointer, index) => html`<a href="${cellAddress(consultation.round, pointer)}">${ltr(consultation.round)}: ${words.localized(plan.sides[index]?.title ?? {})}</a> `)}</span>`
}<br>
${
  measures.length > 0
    ? words.say("taken", {
        measures: measures.map((measure, index) => html`${index === 0 ? "" : ", "}<a href="#${measure.id}">${ltr(measure.id)}</a>`),
      })
    : refusal === null
      ? words.say("undecided")
      : html`${words.say("refusedBy", { side: side === undefined ? refusal.by : words.localized(side.title) })} ${words.localized(refusal.reason)}`
}</li>
`;
}

/** What was announced, newest first. */
export function news(words: PlanWords, { announcements }: PlanPagesInput): Html {
  const shown = announcements.toReversed();
  return html`<section id="news">
<h2>${words.say("news")}</h2>
<p><a href="feed-${words.locale}.atom" type="application/atom+xml">${words.say("feed")}</a></p>
${shown.map(
  ({ announcement, title, text, published }) => html`<article id="news-${announcement}">
<h3>${words.localized(title)}</h3>
<p class="note">${day(dayOf(published))}</p>
${words
  .pick(text)
  .split(/\n\s*\n/)
  .map((paragraph) => html`<p dir="auto">${paragraph}</p>`)}
</article>
`,
)}</section>
`;
}

/** Every revision with what it changed, newest first. */
export function history(words: PlanWords, { revisions }: PlanPagesInput): Html {
  const entries = revisions.map((plan, index) => {
    const before = revisions[index - 1];
    const changes = before === undefined ? [] : planChanges(before, plan);
    const isShown = index === revisions.length - 1;
    return html`<li><a href="revision-${plan.revision}.json">${words.say("revision", { revision: plan.revision, day: ltr(dayOf(plan.published)) })}</a>${isShown ? html` (${words.say("current")})` : undefined}: ${
      before === undefined
        ? words.say("nothingChanged")
        : html`<ul>${changes.map(({ kind, id, what, from, to }) => html`<li>${words.fill(words.catalogue.kind[kind], { id })}: ${words.fill(words.catalogue.changed[what], { from: ltr(from ?? ""), to: ltr(to ?? "") })}</li>`)}</ul>`
    }</li>
`;
  });
  return html`<section id="history">
<h2>${words.say("history")}</h2>
<p class="intro">${words.say("historyNote")}</p>
<ul class="history">${entries.toReversed()}</ul>
</section>
`;
}

/** From every number to its place in a signed release, and to the command that checks it all. */
export function check(words: PlanWords, input: PlanPagesInput): Html {
  const places = placesOf(newest(input));
  return html`<section id="check">
<h2>${words.say("check")}</h2>
<p>${words.say("checkNote")}</p>
<p>${words.say("checkCommand")}</p>
<pre dir="ltr"><code>amana verify ${input.address}</code></pre>
<p>${words.say("checkLimit")}</p>
<ul class="places">${places.map(({ round, pointer, release }) => html`<li><a href="${cellAddress(round, pointer)}">${ltr(`${round} ${pointer}`)}</a><br><span class="note">${words.say("release")}: <a href="../../releases/${round}/release.json"><code dir="ltr">${release}</code></a></span></li>`)}</ul>
<p><a href="plan.csv">${words.say("data")}</a></p>
</section>
`;
}
