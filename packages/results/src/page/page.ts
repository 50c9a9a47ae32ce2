import { type Html, html } from "../charts/index.ts";
import type { Results } from "../document/index.ts";
import { CATALOGUES, type ResultsLocale } from "./catalogue/index.ts";
import { type Context, makeContext } from "./context.ts";
import { factors } from "./factors.ts";
import { gaps } from "./gaps.ts";
import { method } from "./method.ts";
import { checkOptions, type ResultsPageOptions } from "./options.ts";
import { participation } from "./participation.ts";
import { priorities } from "./priorities.ts";
import { questions } from "./questions.ts";

/**
 * The public page of a round's results: one HTML document that needs no script, no font, no image from elsewhere and no
 * inline style, so that it can be served under `default-src 'none'; style-src 'self'; img-src 'self' data:`, saved, printed
 * and read for years. Story first (who took part, the largest gaps, what each side wants), then the areas, then every
 * question, then the method. It has no figure that is not in `results`.
 *
 * Whoever publishes calls it once for each language, and serves `resultsStylesheet()` beside it.
 * @returns the document as text, the same for the same input
 * @throws TypeError if an option would take the page out of its origin, or a questionnaire is missing
 */
export function resultsPage(results: Results, options: ResultsPageOptions): string {
  checkOptions(options);
  const context = makeContext(results, options);
  const { texts } = context;
  const title = `${texts.pick(options.title)} · ${texts.plain("pageKind")}`;
  const first = priorities(context);
  return `<!doctype html>\n${html`<html lang="${options.locale}" dir="${texts.catalogue.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<link rel="stylesheet" href="${options.stylesheet ?? "results.css"}">
${alternates(context).map(
  ([locale, address]) => html`<link rel="alternate" hreflang="${locale}" href="${address}">
`,
)}</head>
<body>
<header>
${brand(context)}
${languages(context)}
</header>
<main>
${options.trial ? html`<p class="trial"><b>${texts.say("trial")}</b> ${texts.say("trialNote")}</p>` : undefined}
<p class="kind">${texts.say("pageKind")}</p>
<h1>${texts.localized(options.title)}</h1>
${contents(context, first !== undefined)}
${participation(context)}${gaps(context)}${first}${factors(context)}${questions(context)}${method(context)}</main>
<footer><p>${options.brand.name}</p><p><bdi dir="ltr">${results.round}</bdi></p></footer>
</body>
</html>
`.toString()}`;
}

function alternates({ options }: Context): readonly (readonly [ResultsLocale, string])[] {
  const all = options.alternates ?? {};
  return (Object.keys(CATALOGUES) as ResultsLocale[]).flatMap((locale) => {
    const address = all[locale];
    return address === undefined || locale === options.locale ? [] : [[locale, address] as const];
  });
}

function brand({ options }: Context): Html {
  const { name, logo } = options.brand;
  return html`<p class="brand">${logo === undefined ? undefined : html`<img src="${logo}" alt="" height="48"> `}<span>${name}</span></p>`;
}

function languages(context: Context): Html | undefined {
  const links = alternates(context);
  if (links.length === 0) return undefined;
  return html`<nav class="languages" aria-label="${context.texts.plain("languages")}">${links.map(([locale, address]) => html`<a href="${address}" lang="${locale}" hreflang="${locale}">${CATALOGUES[locale].name}</a>`)}</nav>`;
}

function contents({ texts }: Context, withPriorities: boolean): Html {
  const parts = ["participation", "gaps", ...(withPriorities ? (["priorities"] as const) : []), "factors", "questions", "method"] as const;
  return html`<nav class="contents" aria-label="${texts.plain("contents")}"><ul>${parts.map((part) => html`<li><a href="#${part}">${texts.say(part)}</a></li>`)}</ul></nav>`;
}
