/** What the trustees' screens add to those of every desk. */
const trustees = `
.rounds { list-style: none; display: grid; gap: 1rem; margin-block: 1rem; }
.round { padding: 1rem 1.1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
.round h3 { margin: 0 0 .35rem; overflow-wrap: anywhere; }
.round .actions { margin-block-start: .75rem; }
.round .field { margin-block: .75rem 0; }
.checks { list-style: none; display: grid; gap: .5rem; margin-block: .75rem; }
.checks li { padding: .6rem .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
.checks .ok { color: var(--good); font-weight: 700; }
.checks .bad { color: var(--bad); font-weight: 700; }
.checks li.failed { border-color: var(--bad); }
.checks code { display: block; overflow-wrap: anywhere; font-size: .875rem; }
dl.settings { margin-block: .75rem; }
dl.settings dt { margin-block-start: .9rem; font-weight: 700; }
dl.settings dd { margin: .15rem 0 0; }
blockquote { margin: .35rem 0 0; padding-inline-start: .9rem; border-inline-start: 3px solid var(--edge); color: var(--soft); }
.mono { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .875rem; overflow-wrap: anywhere; }
.backup { padding: 1rem; border: 1px solid var(--edge); border-radius: 8px; background: #fff; color: #000; white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .875rem; }
.long { margin-block: .75rem; }
.long progress { block-size: .9rem; }
.totals { display: grid; gap: .75rem; margin-block: 1rem; }
.totals li { list-style: none; padding: .75rem .9rem; border: 1px solid var(--line); border-radius: 8px; background: var(--paper); }
textarea.typed { inline-size: 100%; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9375rem; }
@media print { .bar-slot, .actions, .no-print, .heading, .trial { display: none; } .backup { border: 0; padding: 0; font-size: 11pt; } }
`;

let sheet: CSSStyleSheet | undefined;

export function trusteeSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(trustees);
  }
  return sheet;
}
