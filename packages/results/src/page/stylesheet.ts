import { PALETTE } from "../charts/index.ts";
import { type BrandColours, checkColours } from "./options.ts";

/** The stylesheet of the results page, to be served beside it. @throws TypeError if a colour is not `#rrggbb` */
export function resultsStylesheet(colours?: BrandColours): string {
  checkColours(colours);
  return `:root {
  color-scheme: light;
  --brand: ${colours?.primary ?? "#1f4e79"};
  --favourable: ${PALETTE.favourable};
  --neutral: ${PALETTE.neutral};
  --unfavourable: ${PALETTE.unfavourable};
${BODY}`;
}

const BODY = `  --ink: #1c2733;
  --muted: #525d68;
  --line: #d9dee3;
  --wash: #f4f6f8;
}
* { box-sizing: border-box; }
html { font: 100%/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; color: var(--ink); background: #fff; -webkit-text-size-adjust: 100%; }
html[lang="ar"] { font-family: "Noto Sans Arabic", "Segoe UI", "Geeza Pro", "Noto Naskh Arabic", Tahoma, system-ui, sans-serif; line-height: 1.8; }
body { margin: 0; border-block-start: 0.375rem solid var(--brand); }
header, main, footer { max-inline-size: 70rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
header { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; align-items: center; justify-content: space-between; padding-block: 1rem; border-block-end: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: 0.75rem; margin: 0; font-weight: 600; }
.brand img { block-size: 3rem; inline-size: auto; }
.languages { display: flex; gap: 1.25rem; }
a { color: #1a4b78; text-underline-offset: 0.2em; }
a:focus-visible { outline: 3px solid var(--brand); outline-offset: 3px; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; margin: 0; }
h1 { font-size: clamp(1.75rem, 1.3rem + 2vw, 2.6rem); font-weight: 650; letter-spacing: -0.01em; }
h2 { font-size: clamp(1.3rem, 1.1rem + 0.9vw, 1.7rem); font-weight: 650; }
h3 { font-size: 1.1rem; font-weight: 650; margin-block: 2rem 0.5rem; }
html[lang="ar"] :is(h1, h2, h3) { letter-spacing: 0; line-height: 1.45; }
section { padding-block: 2.5rem 0; }
section + section { margin-block-start: 2.5rem; border-block-start: 1px solid var(--line); }
p { margin-block: 0.5rem; max-inline-size: 70ch; }
.kind { margin-block: 2.5rem 0.25rem; color: var(--muted); }
.intro { color: var(--muted); margin-block-end: 1.25rem; }
.note, .base { color: var(--muted); font-size: 0.875rem; }
.line { display: block; }
.part { white-space: nowrap; }
.trial { margin-block: 1.5rem 0; padding: 0.75rem 1rem; max-inline-size: none; border: 2px solid #8a5a00; border-radius: 0.5rem; background: #fff7e6; }
.trial b { margin-inline-end: 0.5rem; }
.contents ul { display: flex; flex-wrap: wrap; gap: 0.15rem 1.5rem; margin: 1rem 0 0; padding: 0; list-style: none; font-size: 0.9rem; }
.contents li { margin: 0; }
.contents a { text-decoration-color: var(--line); }
.cards, .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1.25rem 2.5rem; align-items: start; }
.cards { margin-block-start: 1.25rem; }
.card { padding: 1.25rem 1.5rem; border: 1px solid var(--line); border-radius: 0.75rem; background: var(--wash); block-size: 100%; }
.card h3 { margin: 0; }
.card svg.chart { margin-block: 0.5rem 0; }
.big { font-size: 1.1rem; margin-block: 0.75rem 0; }
.big b { font-size: 2.25rem; font-weight: 650; line-height: 1.1; font-variant-numeric: tabular-nums; }
.trust { margin-block-start: 1rem; padding-block-start: 1rem; border-block-start: 1px solid var(--line); }
.audience { font-weight: 600; white-space: nowrap; }
.mark { inline-size: 0.85em; block-size: 0.85em; vertical-align: -0.06em; }
svg.chart { display: block; inline-size: 100%; max-inline-size: 100%; block-size: auto; }
.value { font-weight: 600; font-size: 1.05rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.range { color: var(--muted); font-size: 0.875rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
span.hidden { color: var(--muted); font-size: 0.875rem; }
span.hidden b { color: var(--ink); font-weight: 600; }
.key { white-space: nowrap; }
.key::before { content: ""; display: inline-block; inline-size: 0.75em; block-size: 0.75em; margin-inline-end: 0.4em; border: 1px solid rgb(0 0 0 / 0.25); border-radius: 2px; }
.key.favourable::before { background: var(--favourable); }
.key.neutral::before { background: var(--neutral); }
.key.unfavourable::before { background: var(--unfavourable); }
table { inline-size: 100%; table-layout: fixed; border-collapse: collapse; margin-block: 0.5rem 2rem; }
caption { text-align: start; font-weight: 650; font-size: 1.05rem; padding-block: 0.75rem 0.5rem; }
caption .note { font-weight: 400; }
.quiet > caption, .unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0; }
th, td { padding: 0.7rem 0.5rem; border-block-end: 1px solid var(--line); text-align: start; vertical-align: middle; font-weight: 400; }
th:first-child { padding-inline-start: 0; }
thead th { vertical-align: bottom; color: var(--muted); font-size: 0.875rem; padding-block: 0.25rem; border-block-end: 2px solid var(--line); }
th.text { inline-size: 36%; }
th.chart { inline-size: 28%; }
.values { display: inline-block; }
td.number .line { white-space: nowrap; }
td.number .line.note { white-space: normal; }
.block { margin-block: 1.5rem; }
.block table { margin-block-end: 0.25rem; }
.block > .caption { padding-block: 0.75rem 0; margin: 0; font-weight: 650; font-size: 1.05rem; }
.caption .note { font-weight: 400; }
.pair th.text { inline-size: 42%; }
.pair th.chart { inline-size: 34%; }
.pair :is(th, td) { padding-block: 0.4rem; }
code { font-family: ui-monospace, "Cascadia Mono", Menlo, "Liberation Mono", monospace; font-size: 0.85rem; overflow-wrap: anywhere; }
dt { font-weight: 600; margin-block-start: 0.75rem; }
dd { margin: 0; }
li { margin-block: 0.4rem; max-inline-size: 75ch; }
footer { display: flex; justify-content: space-between; gap: 1rem; margin-block-start: 3rem; padding-block: 1rem 2rem; border-block-start: 1px solid var(--line); color: var(--muted); font-size: 0.875rem; }
@media screen and (max-width: 52rem) {
  table, caption, tbody, tr, tbody th, td { display: block; inline-size: 100%; }
  thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  tr { padding-block: 1rem; border-block-end: 1px solid var(--line); }
  th, td, th.text, .pair th.text { inline-size: 100%; padding: 0.15rem 0; border: 0; }
  td.chart { padding-block: 0.5rem; max-inline-size: 26rem; }
  td.number { display: flex; flex-wrap: wrap; column-gap: 0.4rem; align-items: baseline; }
  .options tr { display: grid; grid-template-columns: 1fr auto; column-gap: 1rem; padding-block: 0.5rem; }
  .options td.chart { grid-row: 2; grid-column: 1 / -1; padding-block: 0; max-inline-size: none; }
  :not(.options) > tbody > tr > td.number::before { content: attr(data-label); flex: 0 0 8rem; color: var(--muted); font-size: 0.875rem; }
}
@media print {
  @page { margin: 16mm; }
  html { font-size: 9.5pt; }
  .languages, .contents { display: none; }
  header, main, footer { max-inline-size: none; padding-inline: 0; }
  section { break-before: auto; }
  h2, h3, caption, thead { break-after: avoid; }
  tr, .card, .block { break-inside: avoid; }
  .card { background: none; }
  a { color: inherit; text-decoration: none; }
  svg, .key { white-space: nowrap; }
.key::before { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
