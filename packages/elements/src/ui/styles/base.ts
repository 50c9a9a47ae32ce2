/** Colours, type and the frame. Hosts set `--amana-accent`, `--amana-on-accent`, `--amana-page` and `--amana-font`. */
export const base = `
:host {
  --accent: var(--amana-accent, #0b4f6c);
  --on-accent: var(--amana-on-accent, #fff);
  --page: var(--amana-page, #f7f7f5);
  --tint: color-mix(in srgb, var(--accent) 8%, #fff);
  --ink: #1b2530; --soft: #4c5866; --line: #d5d9de; --edge: #7d8894; --paper: #fff;
  --good: #17603a; --good-tint: #eaf5ee; --bad: #a3241d; --bad-tint: #fcefee; --care: #7a4a00; --care-tint: #fdf5e6;
  display: block; color: var(--ink); container-type: inline-size;
  font: 400 1.0625rem/1.6 var(--amana-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif);
  overflow-wrap: break-word; -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
:host([lang="ar"]) {
  font-family: var(--amana-font-arabic, "Noto Sans Arabic", "Segoe UI", "Geeza Pro", "SF Arabic", Tahoma, "Dubai", system-ui, sans-serif);
  line-height: 1.8;
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, p, ul, ol, dl, dd, pre, fieldset { margin: 0; padding: 0; }
.frame { max-inline-size: 44rem; margin-inline: auto; padding-inline: 1rem; padding-block-end: 4rem; }
.visually-hidden { position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
[data-focus]:focus-visible { outline: none; }

.bar-slot { position: sticky; inset-block-start: 0; z-index: 2; background: var(--page); margin-inline: -1rem; padding-inline: 1rem; }
.bar { display: flex; align-items: center; gap: .75rem; min-block-size: 4rem; }
.bar-start { flex: 1; min-inline-size: 0; }
.step-text { color: var(--soft); font-size: .9375rem; white-space: nowrap; }
.bar select { inline-size: auto; min-block-size: 2.75rem; padding-block: 0; font-size: .9375rem; }
.leave { min-block-size: 2.75rem; padding: 0 .9rem; border: 1px solid var(--bad); border-radius: 8px; background: var(--paper); color: var(--bad); font: inherit; font-size: .9375rem; font-weight: 600; cursor: pointer; white-space: nowrap; }
.leave:hover { background: var(--bad); color: #fff; }
.parts { display: flex; gap: 3px; block-size: 4px; }
.part { flex: 1; border-radius: 2px; background: var(--line); }
.part.done { background: var(--accent); }
.trial { margin-block: 0 1.5rem; padding: .5rem .85rem; border-radius: 8px; background: var(--care-tint); color: var(--care); font-size: .9375rem; line-height: 1.45; }

.screen { padding-block-start: 1.5rem; }
.heading { margin-block-end: 1.25rem; }
h2 { font-size: 1.6rem; line-height: 1.3; font-weight: 700; letter-spacing: -.01em; text-wrap: balance; }
:host([lang="ar"]) h2 { letter-spacing: 0; line-height: 1.5; }
h3 { font-size: 1.0625rem; line-height: 1.5; font-weight: 700; }
.kicker { color: var(--accent); font-weight: 600; font-size: .9375rem; margin-block-end: .35rem; }
.screen p + p { margin-block-start: .75rem; }
.hint { color: var(--soft); font-size: .9375rem; }
.card { margin-block: 1.5rem; padding: 1.25rem; border: 1px solid var(--line); border-radius: 12px; background: var(--paper); }
.card h3 { margin-block-end: .5rem; }
.promise { border-inline-start: 4px solid var(--accent); }
.bullets { padding-inline-start: 1.25rem; display: grid; gap: .6rem; }
.facts { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; color: var(--soft); }
.facts li { display: flex; align-items: baseline; gap: .5rem; }
.facts li::before { content: ""; flex: none; transform: translateY(-.1rem); inline-size: .45rem; block-size: .45rem; border-radius: 50%; background: var(--accent); }
details { margin-block: 1rem; }
summary { display: flex; align-items: center; min-block-size: 2.75rem; color: var(--accent); font-weight: 600; cursor: pointer; inline-size: fit-content; gap: .5rem; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "+"; flex: none; inline-size: 1.25rem; text-align: center; font-weight: 400; font-size: 1.25rem; line-height: 1; }
details[open] summary::before { content: "\\2212"; }
.details-body { padding-block: .5rem; color: var(--soft); }
.genuine { margin-block: 1.5rem; }
.digits { display: grid; grid-template-columns: repeat(6, max-content); gap: .15rem .9rem; font: 600 1.125rem/1.6 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace; letter-spacing: .04em; margin-block-start: .35rem; }
:host([dir="rtl"]) .digits { justify-content: end; }
.languages { display: grid; gap: .75rem; }
.languages h2 { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; margin-block-end: .75rem; font-size: 1.0625rem; font-weight: 600; }
.busy { display: flex; align-items: center; gap: 1rem; min-block-size: 12rem; color: var(--soft); }
.spinner { flex: none; inline-size: 1.75rem; block-size: 1.75rem; border: 3px solid var(--line); border-block-start-color: var(--accent); border-radius: 50%; animation: turn 1s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
@media (prefers-reduced-motion: reduce) { .spinner, .stage.underway .stage-mark { animation-duration: 8s; } }
@container (max-width: 30rem) { .digits { grid-template-columns: repeat(3, max-content); } .step-text, .bar select, .leave { font-size: .875rem; } .bar select { padding-inline: .5rem; } }
@container (max-width: 26rem) { h2 { font-size: 1.4rem; } .card { padding: 1rem; } .bar { gap: .5rem; } .leave { padding-inline: .7rem; } }
@media print { .bar-slot, .actions, .copy, .field, .notice { display: none; } }
`;
