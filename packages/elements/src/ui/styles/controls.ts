/** Buttons, fields, questions. Every target is at least 44 CSS pixels high; nothing moves when its state changes. */
export const controls = `
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-block-start: 2rem; }
.button { min-block-size: 3rem; padding: .5rem 1.35rem; border: 1px solid var(--accent); border-radius: 10px; background: var(--paper); color: var(--accent); font: inherit; font-weight: 600; cursor: pointer; text-align: center; }
.button:hover { background: var(--tint); }
.button.primary { background: var(--accent); color: var(--on-accent); }
.button.primary:hover { background: color-mix(in srgb, var(--accent) 88%, #000); }
.button.quiet { border-color: transparent; background: transparent; padding-inline: .75rem; }
.button.quiet:hover { background: var(--tint); }
.button[aria-disabled="true"] { opacity: .6; cursor: progress; }
.button:disabled { cursor: default; opacity: .6; }
.button.language { inline-size: 100%; text-align: start; font-size: 1.125rem; min-block-size: 3.5rem; border-color: var(--edge); }
@container (max-width: 26rem) { .actions .button { flex: 1 1 100%; } }

select, textarea, input[type="text"] { inline-size: 100%; min-block-size: 3rem; padding: .6rem .8rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--paper); color: var(--ink); font: inherit; }
textarea { resize: vertical; line-height: 1.6; }
input[aria-invalid="true"], textarea[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
.field { margin-block: 1.5rem; }
.field > label { display: block; font-weight: 600; margin-block-end: .35rem; }
.field .hint { margin-block-end: .5rem; }
.field-error { color: var(--bad); font-weight: 600; min-block-size: 1.6em; margin-block-start: .35rem; }
.room { color: var(--soft); font-size: .9375rem; margin-block-start: .35rem; }
.room.over { color: var(--bad); font-weight: 600; }
.code-input { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace; letter-spacing: .06em; text-transform: uppercase; }

.question { border: 0; min-inline-size: 0; margin-block: 2.25rem 0; }
.question legend, .question-label { padding: 0; margin-block-end: .75rem; font-weight: 600; font-size: 1.0938rem; line-height: 1.5; }
:host([lang="ar"]) .question legend { line-height: 1.7; }
.question > .hint { margin-block: -.35rem .75rem; }
.choices { display: grid; gap: .5rem; }
.choice { position: relative; display: flex; align-items: center; gap: .75rem; min-block-size: 3rem; padding: .5rem .9rem; border: 1px solid var(--line); border-radius: 10px; background: var(--paper); cursor: pointer; line-height: 1.4; }
.choice:hover { border-color: var(--edge); }
.choice input { flex: none; inline-size: 1.25rem; block-size: 1.25rem; margin: 0; accent-color: var(--accent); cursor: pointer; }
.choice:has(input:checked) { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
.choice:has(input:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
.choice input:focus-visible { outline: none; }
.asides { margin-block-start: .5rem; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); }
.asides .choice { padding-inline: .75rem; gap: .6rem; background: transparent; color: var(--soft); min-block-size: 2.75rem; font-size: .9375rem; }
.asides .choice:has(input:checked) { background: var(--tint); color: var(--ink); }
.clear-row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; min-block-size: 2.75rem; }
.clear-row .button { min-block-size: 2.75rem; padding-block: 0; font-size: .9375rem; font-weight: 500; margin-inline-start: -.75rem; }
.clear-row .button.unused { visibility: hidden; }
.limit { color: var(--care); font-size: .9375rem; font-weight: 600; }
@container (min-width: 40rem) {
  .choices.many { grid-template-columns: 1fr 1fr; }
  .choices.scale { grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); }
  .choices.scale .choice { flex-direction: column; justify-content: flex-start; text-align: center; padding: .85rem .4rem; gap: .5rem; font-size: .9375rem; }
  .choices.scale:has(> :nth-child(8)) { grid-auto-flow: row; }
}
`;
