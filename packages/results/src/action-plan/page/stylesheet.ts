import { resultsStylesheet } from "../../page/index.ts";

/** The stylesheet of a plan's page: that of the results, and what a plan has beside it. */
export function planStylesheet(): string {
  return `${resultsStylesheet()}
main { overflow-wrap: anywhere; }
h4, h5 { line-height: 1.35; margin: 0; }
h4 { font-size: 1.05rem; font-weight: 650; }
h5 { font-size: 0.875rem; font-weight: 650; color: var(--muted); margin-block: 1.25rem 0.25rem; }
.finding { padding-block: 1.5rem 0; }
.finding > .kind { margin-block: 0; }
.finding > h3 { margin-block-start: 0; }
.measure { margin-block: 1.25rem; block-size: auto; }
.measure dl { display: grid; grid-template-columns: minmax(6rem, max-content) minmax(0, 1fr); gap: 0.25rem 1.5rem; margin-block: 0.75rem 0; }
.measure dt { margin: 0; font-weight: 400; color: var(--muted); }
.status { display: inline-block; margin: 0 0 0.5rem; padding: 0.1rem 0.75rem; border: 1px solid var(--line); border-inline-start: 0.5rem solid #6b7580; border-radius: 0.375rem; background: #fff; font-size: 0.9rem; }
.status.under-way, .status.done { border-inline-start-color: #1f4e79; }
.status.effect-shown { border-inline-start-color: #17603a; }
.status.quiet, .status.not-started, .status.done-without-evidence, .status.effect-not-shown { border-inline-start-color: #8a5a00; border-inline-start-style: double; }
.status.overdue { border-inline-start-color: #9c1c1c; border-inline-start-style: dashed; }
ul.standing { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; padding: 0; list-style: none; }
.standing .status { margin: 0; }
.figure b { font-variant-numeric: tabular-nums; }
.updates, .history, .statements, .places { padding-inline-start: 1.25rem; }
.statements > li, .places > li { margin-block: 1rem; }
.class { font-weight: 600; }
pre { margin-block: 0.75rem; padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--wash); white-space: pre-wrap; }
@media screen and (max-width: 30rem) { .measure dl { grid-template-columns: minmax(0, 1fr); gap: 0 0; } .measure dd { margin-block-end: 0.5rem; } }
@media print { .measure { break-inside: avoid; } }
`;
}
