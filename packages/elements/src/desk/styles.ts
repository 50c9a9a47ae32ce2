/** What the screens of key holders add to those of respondents. */
const desk = `
.frame { max-inline-size: 76rem; }
.narrow { max-inline-size: 44rem; margin-inline: auto; }
.after { margin-block-start: 1rem; }
h4 { margin: 1.5rem 0 .35rem; font-size: 1rem; }
.narrow h3 { margin-block: 1.75rem .5rem; }
.narrow .round h3 { margin-block: 0 .35rem; }
h4:focus-visible { outline-offset: 4px; }
input[type="password"], input[type="search"] { inline-size: 100%; min-block-size: 3rem; padding: .6rem .8rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); color: var(--ink); font: inherit; }
input[type="file"] { display: block; inline-size: 100%; min-block-size: 3rem; padding: .5rem; border: 1px dashed var(--edge); border-radius: 8px; background: var(--paper); color: var(--ink); font: inherit; font-size: .9375rem; }
input[type="file"]::file-selector-button { min-block-size: 2rem; margin-inline-end: .75rem; padding: .25rem .9rem; border: 1px solid var(--accent); border-radius: 6px; background: var(--paper); color: var(--accent); font: inherit; font-weight: 600; cursor: pointer; }
.claim { font-weight: 600; }
.list-head { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: .75rem; margin-block-end: 1rem; }
.list-head .heading { margin: 0; }
.list-head .actions { margin: 0; }
.opening { margin-block: .5rem 1rem; }
progress { inline-size: 100%; block-size: .6rem; accent-color: var(--accent); }
.empty { margin-block: 3rem; text-align: center; color: var(--soft); }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; align-items: center; }
.chip { display: inline-flex; align-items: center; gap: .3rem; padding: .1rem .65rem; border: 1px solid var(--line); border-radius: 999px; background: var(--page); font-size: .875rem; line-height: 1.6; overflow-wrap: anywhere; }
.set { display: flex; gap: .5rem; align-items: stretch; }
.set.end { align-items: end; }
.set > select, .set > .field { flex: 1; min-inline-size: 0; margin: 0; }
.soon-notice { position: sticky; inset-block-start: 4.5rem; z-index: 2; }
@container (max-width: 40rem) { .list-head .actions { inline-size: 100%; } .list-head .actions .button { flex: 1 1 auto; } }
`;

let sheet: CSSStyleSheet | undefined;

export function deskSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(desk);
  }
  return sheet;
}
