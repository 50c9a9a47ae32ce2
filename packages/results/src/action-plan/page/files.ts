import { encodeActionPlan } from "../schema.ts";
import { planFeed } from "./feed.ts";
import { newest, type PlanPagesInput, pageLocales } from "./input.ts";
import { planPage } from "./page.ts";
import { planStylesheet } from "./stylesheet.ts";
import { planCsv } from "./table.ts";

/**
 * One file of a plan's pages by its name, or null: `index.html` and a page for each language, a feed for each, `plan.css`, `plan.csv`, `plan.json`
 * (the newest revision, byte for byte as the ledger names it) and `revision-N.json`. The server calls it anew every day, so that what is
 * overdue today is shown today.
 */
export function planFile(input: PlanPagesInput, name: string): Uint8Array | null {
  const maker = makers(input).get(name);
  return maker === undefined ? null : maker();
}

/** The names of all of them. */
export function planFileNames(input: PlanPagesInput): readonly string[] {
  return [...makers(input).keys()];
}

function makers(input: PlanPagesInput): ReadonlyMap<string, () => Uint8Array> {
  const plan = newest(input);
  const locales = pageLocales(plan);
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  return new Map<string, () => Uint8Array>([
    ["index.html", () => utf8(planPage(input, locales[0] ?? "en"))],
    ...locales.map((locale) => [`${locale}.html`, () => utf8(planPage(input, locale))] as const),
    ...locales.map((locale) => [`feed-${locale}.atom`, () => utf8(planFeed(input, locale))] as const),
    ["plan.css", () => utf8(planStylesheet())],
    ["plan.csv", () => utf8(planCsv(plan, input.today))],
    ["plan.json", () => encodeActionPlan(plan)],
    ...input.revisions.map((revision) => [`revision-${revision.revision}.json`, () => encodeActionPlan(revision)] as const),
  ]);
}
