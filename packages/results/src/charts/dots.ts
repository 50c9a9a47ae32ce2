import { isExact, type Share, type Shown } from "../document/index.ts";
import { audienceColour, Drawing, lengthOf, PALETTE, tidy, WIDTH } from "./drawing.ts";
import { type Html, html } from "./html.ts";

const HEIGHT = 34;
const MARGIN = 12;

const place = (points: number): number => MARGIN + (points * (WIDTH - 2 * MARGIN)) / 100;

/** One audience's figure: its place in the results decides colour and shape. */
export interface Dot {
  readonly place: number;
  readonly share: Shown<Share>;
}

/**
 * Figures of several audiences on one line from 0 to 100: a mark of its own shape for each, its interval as a line, and
 * a band from the lowest to the highest. A bound is an open mark; a hidden figure has none.
 */
export function dotPlot(dots: readonly Dot[], title: string, rtl: boolean): Html {
  const drawing = new Drawing(HEIGHT, rtl);
  const middle = HEIGHT / 2;
  for (const points of [0, 25, 50, 75, 100]) {
    drawing.line([place(points), 2], [place(points), HEIGHT - 2], html`stroke="${PALETTE.grid}" stroke-width="${points === 50 ? 1.5 : 1}"`);
  }
  const values = dots.flatMap(({ share }) => (isExact(share) ? [share.value] : []));
  if (values.length > 1) drawing.rect(place(Math.min(...values)), place(Math.max(...values)), middle - 2, 4, html`fill="${PALETTE.grid}"`);
  dots.forEach(({ place: order, share }, i) => {
    const colour = audienceColour(order);
    // Intervals of two audiences that overlap stay readable side by side.
    const y = middle + (dots.length > 1 ? (i % 2 === 0 ? -5 : 5) : 0);
    if (isExact(share))
      drawing.line([place(share.low), y], [place(share.high), y], html`stroke="${colour}" stroke-width="2" stroke-linecap="round"`);
    const at = lengthOf(share);
    if (at !== undefined) drawing.add(mark(order, drawing.x(place(at)), y, isExact(share)));
  });
  return drawing.finish(title);
}

/** The scale that stands above a column of {@link dotPlot}s. */
export function dotAxis(title: string, rtl: boolean): Html {
  const drawing = new Drawing(16, rtl);
  for (const points of [0, 25, 50, 75, 100]) drawing.text(place(points), 12, points, html`font-size="11" fill="${PALETTE.axis}"`);
  return drawing.finish(title);
}

/** The mark of an audience: circle, diamond, square. */
function mark(order: number, x: number, y: number, filled: boolean): Html {
  const colour = audienceColour(order);
  const paint = filled ? html`fill="${colour}" stroke="#ffffff"` : html`fill="#ffffff" stroke="${colour}"`;
  const common = html`${paint} stroke-width="1.5"`;
  if (order % 3 === 0) return html`<circle cx="${x}" cy="${y}" r="6" ${common}/>`;
  if (order % 3 === 1)
    return html`<path d="M${x} ${tidy(y - 7.5)}L${tidy(x + 7.5)} ${y}L${x} ${tidy(y + 7.5)}L${tidy(x - 7.5)} ${y}Z" ${common}/>`;
  return html`<rect x="${tidy(x - 5.5)}" y="${tidy(y - 5.5)}" width="11" height="11" ${common}/>`;
}

/** The mark alone, beside an audience's name. Decoration: the name is the text. */
export function audienceMark(order: number): Html {
  return html`<svg class="mark" aria-hidden="true" viewBox="0 0 16 16" width="16" height="16" xmlns="http://www.w3.org/2000/svg">${mark(order, 8, 8, true)}</svg>`;
}
