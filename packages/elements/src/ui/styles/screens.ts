/** What single screens add: notices, the secret code, progress, review, receipt, conversation. */
export const screens = `
.notice { margin-block: 1.25rem; padding: .9rem 1.1rem; border-radius: 10px; border: 1px solid var(--line); background: var(--paper); line-height: 1.5; }
.notice ul { padding-inline-start: 1.25rem; margin-block: .35rem; }
.notice-title { font-weight: 700; }
.screen .notice p + p { margin-block-start: .35rem; }
.notice.info { background: var(--tint); border-color: color-mix(in srgb, var(--accent) 30%, #fff); }
.notice.warning { background: var(--care-tint); border-color: #ecd7ab; color: var(--care); }
.notice.warning .hint { color: inherit; }
.notice.error { background: var(--bad-tint); border-color: #eab9b5; color: var(--bad); }
.notice.success { background: var(--good-tint); border-color: #b5d9c3; color: var(--good); }
.ticks { list-style: none; color: var(--ink); }
.notice .ticks { padding: 0; display: grid; gap: .5rem; margin-block-start: .6rem; }
.ticks li { display: grid; grid-template-columns: 1.5rem 1fr; }
.ticks li::before { content: "\\2713"; color: var(--good); font-weight: 700; }

.secret-box { margin-block-start: 1.5rem; }
.secret { display: flex; flex-wrap: wrap; justify-content: center; gap: .1rem; padding: 1.1rem .75rem; border: 2px dashed var(--accent); border-radius: 12px; background: var(--paper); font: 600 1.35rem/1.7 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace; letter-spacing: .06em; user-select: all; }
.secret .hyphen { color: var(--edge); }
.copy { display: flex; align-items: center; flex-wrap: wrap; gap: .5rem 0; margin-block: .75rem; min-block-size: 3rem; }
.copy-status { color: var(--good); font-weight: 600; }
.copy-status:not(:empty) { margin-inline-start: .75rem; }
.risk-slot { min-block-size: 1px; }

.stages { list-style: none; margin-block: 1.5rem; display: grid; gap: .25rem; }
.stage { display: grid; grid-template-columns: 2rem 1fr auto; align-items: center; gap: .75rem; min-block-size: 3.25rem; color: var(--soft); border-block-end: 1px solid var(--line); }
.stage-mark { inline-size: 1.6rem; block-size: 1.6rem; border: 2px solid var(--line); border-radius: 50%; display: grid; place-items: center; }
.stage.done { color: var(--ink); }
.stage.done .stage-mark { border-color: var(--good); background: var(--good); }
.stage.done .stage-mark::before { content: "\\2713"; color: #fff; font-weight: 700; font-size: .95rem; line-height: 1; }
.stage.underway { color: var(--ink); font-weight: 600; }
.stage.underway .stage-mark { border-color: var(--line); border-block-start-color: var(--accent); animation: turn 1s linear infinite; }
.stages.failed .stage.underway .stage-mark { animation: none; border-color: var(--bad); }
.stage-state { font-size: .9375rem; font-weight: 400; color: var(--soft); }

.seal { display: grid; place-items: center; inline-size: 3rem; block-size: 3rem; border-radius: 50%; background: var(--good); margin-block-end: .9rem; }
.seal::before { content: "\\2713"; color: #fff; font-size: 1.6rem; font-weight: 700; line-height: 1; }
.receipt { overflow-x: auto; padding: .9rem; border-radius: 8px; background: var(--page); font: 400 .8125rem/1.6 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.inline { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; margin-block-start: .75rem; }
.inline .copy { margin-block: 0; }
.result-slot { min-block-size: 1px; }

.part-head { display: flex; align-items: center; justify-content: space-between; gap: .5rem; }
.part-head h3 { margin: 0; }
.part-head .button { min-block-size: 2.75rem; padding-block: 0; margin-inline-end: -.75rem; }
.row { padding-block: .65rem; border-block-start: 1px solid var(--line); }
.row dt { color: var(--soft); font-size: .9375rem; line-height: 1.5; }
.row dd { font-weight: 600; white-space: pre-wrap; }
.row dd.none { font-weight: 400; color: var(--soft); font-style: italic; }
:host([lang="ar"]) .row dd.none { font-style: normal; }

.talk { list-style: none; display: grid; gap: .9rem; margin-block: 1.5rem; }
.talk li { max-inline-size: 34rem; padding: .85rem 1.1rem; border-radius: 12px; border: 1px solid var(--line); background: var(--paper); }
.talk li.mine { margin-inline-start: auto; background: var(--tint); border-color: color-mix(in srgb, var(--accent) 30%, #fff); }
.talk .who { font-size: .9375rem; font-weight: 700; color: var(--accent); }
.talk .said { white-space: pre-wrap; }
.files { list-style: none; padding: 0; }
.files .card { margin-block: .75rem; }
.files h4 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
.files canvas { display: block; max-inline-size: 100%; block-size: auto; border: 1px solid var(--line); border-radius: 8px; margin-block: .75rem; }
.drop { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; padding: 1rem; border: 2px dashed var(--line); border-radius: 12px; }
.drop.over { border-color: var(--accent); background: var(--tint); }
.meter progress { inline-size: 100%; block-size: .75rem; accent-color: var(--accent); }
.idle { inset: 0; inline-size: 100%; block-size: 100%; max-inline-size: none; max-block-size: none; margin: 0; padding: 1rem; border: 0; background: var(--page); color: inherit; }
.idle[open] { display: grid; place-items: center; }
.idle .card { max-inline-size: 26rem; inline-size: 100%; }
.pair { display: grid; gap: 0 1rem; margin-block-start: 1rem; }
.pair .field { margin-block: .75rem; }
@container (min-width: 36rem) { .pair { grid-template-columns: 1fr 1fr; } }
`;
