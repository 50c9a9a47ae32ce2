/** What the handlers' screens add to those of respondents. */
const handlers = `
.channels { list-style: none; display: grid; gap: .75rem; }
.channels .button { inline-size: 100%; text-align: start; }
.filters { display: flex; flex-wrap: wrap; gap: .75rem 1rem; padding: 1rem; margin-block: .5rem 1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
.filters .field { flex: 1 1 9rem; margin: 0; min-inline-size: 0; }
.filters .search { flex: 3 1 16rem; }
.filters label { font-size: .9375rem; }
.cases { list-style: none; display: grid; gap: .75rem; margin-block: .75rem; }
.case { position: relative; display: grid; gap: .35rem; padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
.case:hover { border-color: var(--edge); }
.screen .case p + p { margin: 0; }
.case.junk { opacity: .75; }
.case-link { padding: 0; border: 0; background: none; color: var(--accent); font: inherit; font-weight: 700; cursor: pointer; text-align: start; min-block-size: 2rem; }
.case-link::after { content: ""; position: absolute; inset: 0; border-radius: 12px; }
.case-link:focus-visible { outline: none; }
.case-link:focus-visible::after { outline: 3px solid var(--accent); outline-offset: 2px; }
.chip.state-received { background: var(--tint); border-color: color-mix(in srgb, var(--accent) 30%, #fff); color: var(--accent); font-weight: 600; }
.chip.state-assessing, .chip.state-investigating { background: var(--care-tint); border-color: #ecd7ab; color: var(--care); font-weight: 600; }
.chip.state-concluded, .chip.state-referred { background: var(--good-tint); border-color: #b5d9c3; color: var(--good); font-weight: 600; }
.chip.mark { border-color: #b5d9c3; color: var(--good); }
.chip .button { min-block-size: 1.75rem; min-inline-size: 1.75rem; padding: 0; border: 0; border-radius: 50%; background: none; line-height: 1; }
.excerpt { overflow-wrap: anywhere; }
.dues { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9375rem; }
.dues:empty { display: none; }
.due { color: var(--soft); }
.due.soon { color: var(--care); }
.due.late { color: var(--bad); }
.columns { display: grid; gap: 1.5rem; margin-block-start: 1rem; }
.columns > * { min-inline-size: 0; }
.columns .card { margin-block: 0 1.25rem; }
.columns h3 { margin-block-end: .5rem; }
.pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 0 1.25rem; }
.talk .when, .when { color: var(--soft); font-weight: 400; }
.talk li.theirs { background: var(--paper); }
.attachment { margin-block-start: .75rem; padding: .75rem .9rem; border: 1px dashed var(--edge); border-radius: 8px; background: var(--page); }
.attachment-name, .file-name { font-weight: 600; overflow-wrap: anywhere; }
.attachment .button { min-block-size: 2.75rem; padding-block: .25rem; }
.attachment .hint:empty { display: none; }
canvas { display: block; max-inline-size: 100%; block-size: auto; margin-block-start: .75rem; border: 1px solid var(--line); }
.preview { margin-block: .75rem; padding: .85rem 1.1rem; border: 1px solid color-mix(in srgb, var(--accent) 30%, #fff); border-radius: 12px; background: var(--tint); }
.preview .said, .notes .said { white-space: pre-wrap; overflow-wrap: anywhere; }
.preview .who, .notes .who { font-size: .9375rem; font-weight: 700; color: var(--accent); }
.card .question { margin-block: .75rem; }
.card .field { margin-block: 1rem; }
.notes, .history { list-style: none; display: grid; gap: .75rem; }
.notes li { padding-block-start: .75rem; border-block-start: 1px solid var(--line); }
.history { color: var(--ink); font-size: .9375rem; }
.export { padding-block-start: 1rem; border-block-start: 1px solid var(--line); }
.export .button { margin-block-start: .75rem; }
.failure { position: sticky; inset-block-start: 4.5rem; z-index: 1; }
@container (max-width: 40rem) { .filters .field { flex-basis: 6.5rem; } .filters .search { flex-basis: 100%; } }
@container (min-width: 60rem) { .columns { grid-template-columns: minmax(0, 1fr) 24rem; align-items: start; } }
`;

let sheet: CSSStyleSheet | undefined;

export function handlerSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(handlers);
  }
  return sheet;
}
