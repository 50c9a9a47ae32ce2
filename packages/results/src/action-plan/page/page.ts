import { html } from "../../charts/index.ts";
import { CATALOGUES, type ResultsLocale } from "../../page/index.ts";
import { newest, type PlanPagesInput, pageLocales } from "./input.ts";
import { findings, standing } from "./measures.ts";
import { check, history, news, statements } from "./parts.ts";
import { ltr, PlanWords } from "./words.ts";

const PARTS = ["standing", "measures", "statements", "news", "history", "check"] as const;

/**
 * The public page of a joint action plan in one language: no script, no image, nothing from elsewhere, no inline style. Everything that people
 * wrote is escaped; every number is a link into the signed release that it comes from.
 * @returns the document, the same for the same input
 */
export function planPage(input: PlanPagesInput, locale: ResultsLocale): string {
  const plan = newest(input);
  const words = new PlanWords(locale);
  const others = pageLocales(plan).filter((each) => each !== locale);
  const parts = PARTS.filter((part) => part !== "statements" || plan.statements.length > 0);
  return `<!doctype html>\n${html`<html lang="${locale}" dir="${CATALOGUES[locale].direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${words.pick(plan.title)} · ${words.plain("pageKind")}</title>
<link rel="stylesheet" href="plan.css">
<link rel="alternate" type="application/atom+xml" href="feed-${locale}.atom" title="${words.pick(plan.title)}">
${others.map((each) => html`<link rel="alternate" hreflang="${each}" href="${each}.html">\n`)}</head>
<body>
<header>
<p class="brand"><span>${words.localized(input.programme)}</span></p>
${others.length === 0 ? undefined : html`<nav class="languages" aria-label="${words.plain("languages")}">${others.map((each) => html`<a href="${each}.html" lang="${each}" hreflang="${each}">${CATALOGUES[each].name}</a>`)}</nav>`}
</header>
<main>
${input.trial ? html`<p class="trial"><b>${words.say("trial")}</b></p>` : undefined}
<p class="kind">${words.say("pageKind")}</p>
<h1>${words.localized(plan.title)}</h1>
<p>${words.localized(plan.introduction)}</p>
<p class="note">${words.say("asOf", { day: ltr(input.today), revision: plan.revision })}</p>
<nav class="contents" aria-label="${words.plain("contents")}"><ul>${parts.map((part) => html`<li><a href="#${part}">${words.say(part)}</a></li>`)}</ul></nav>
${standing(words, plan, input.today)}${findings(words, plan, input.today)}${statements(words, plan)}${news(words, input)}${history(words, input)}${check(words, input)}</main>
<footer><p>${words.localized(input.programme)}</p><p>${ltr(plan.plan)}</p></footer>
</body>
</html>
`.toString()}`;
}
