import { type Html, html, type Value } from "../charts/index.ts";
import { isExact, isSuppressed, type Share, type Shown, type Suppressed } from "../document/index.ts";
import { range, type Texts } from "./texts.ts";

/** A column: what it holds, and how it is set. */
export interface Column {
  readonly label: Value;
  readonly kind: "text" | "chart" | "number";
}

/**
 * `figures`: several to a row. `options`: one figure to a row, which stays short on a phone. `quiet`: figures whose caption
 * is for screen readers alone, because a heading just said the same.
 */
export type TableKind = "figures" | "options" | "quiet";

/**
 * A table that becomes a list of cards on a narrow screen. The roles are written out because browsers drop a table's
 * meaning when its display changes; `data-label` repeats the column's name inside the card.
 */
export function table(caption: Value, columns: readonly Column[], rows: readonly Html[], kind: TableKind = "figures"): Html {
  return html`<table role="table" class="${kind}">
<caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(({ label, kind }) => html`<th role="columnheader" scope="col" class="${kind}">${label}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows}</tbody>
</table>
`;
}

export function row(cells: readonly Html[]): Html {
  return html`<tr role="row">${cells}</tr>
`;
}

export function headCell(content: Value): Html {
  return html`<th role="rowheader" scope="row" class="text">${content}</th>`;
}

export function chartCell(chart: Value): Html {
  return html`<td role="cell" class="chart">${chart}</td>`;
}

export function numberCell(label: string, content: Value): Html {
  return html`<td role="cell" class="number" data-label="${label}">${content}</td>`;
}

/** The one cell of a row whose figures are hidden: the word, and the reason. */
export function hiddenCells(texts: Texts, { suppressed }: Suppressed, minimum: number, columns: number): Html {
  return wordCells(texts, texts.reason(suppressed, minimum), columns);
}

/** The same with a reason of its own. */
export function wordCells(texts: Texts, reason: string, columns: number): Html {
  return html`<td role="cell" class="hidden" colspan="${columns}">${withheld(texts, reason)}</td>`;
}

/** `Hidden: fewer than 10 answers`. Never an empty cell, never a zero. */
export function hiddenWord(texts: Texts, { suppressed }: Suppressed, minimum: number): Html {
  return withheld(texts, texts.reason(suppressed, minimum));
}

function withheld(texts: Texts, reason: string): Html {
  return html`<span class="hidden"><b>${texts.say("hidden")}</b><span class="reason"> · ${reason}</span></span>`;
}

/** A share with its interval; a bound or a hidden share in words. `unit` is how a value is written: `65 %`, or `65`. */
export function figure(texts: Texts, share: Shown<Share>, minimum: number, unit: "percent" | "index" = "percent"): Html {
  if (isSuppressed(share)) return hiddenWord(texts, share, minimum);
  if (!isExact(share))
    return html`<span class="value bound">${"atMost" in share ? bound(texts, "≤", share.atMost, unit) : bound(texts, "≥", share.atLeast, unit)}</span>`;
  return html`<span class="value">${written(texts, share.value, unit)}</span> ${range(share)}`;
}

function written(texts: Texts, value: number, unit: "percent" | "index"): Html {
  return html`<bdi dir="ltr">${unit === "percent" ? texts.plain("percent", { value }) : value}</bdi>`;
}

function bound(texts: Texts, sign: string, value: number, unit: "percent" | "index"): Html {
  return html`<bdi dir="ltr">${sign} ${unit === "percent" ? texts.plain("percent", { value }) : value}</bdi>`;
}
