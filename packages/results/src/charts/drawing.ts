import { isExact, type Share, type Shown } from "../document/index.ts";
import { type Html, html, type Value } from "./html.ts";

/**
 * Charts as SVG: one small drawing for each row of a table, which holds the same figures in words. Presentation attributes
 * only, no `style`, so that a page with `style-src 'self'` shows them. Lengths are in units of the view box.
 */
export const WIDTH = 300;

/** Colours that stay apart for the colour-blind; neighbours differ in lightness, so they do in greyscale and print too. */
export const PALETTE = {
  favourable: "#0f6b66",
  neutral: "#d5dade",
  unfavourable: "#e39a4e",
  ink: "#1c2733",
  grid: "#d5dade",
  axis: "#5b6671",
  /** One for each audience, always with a mark of its own shape. */
  audiences: ["#27408b", "#c4831d", "#6b7480"],
} as const;

/** The colour of the audience at a place in the results. */
export function audienceColour(place: number): string {
  return PALETTE.audiences[place % PALETTE.audiences.length] as string;
}

/** A drawing in progress. In right-to-left pages every x is mirrored; texts are not. */
export class Drawing {
  readonly #height: number;
  readonly #rtl: boolean;
  readonly #shapes: Html[] = [];

  constructor(height: number, rtl: boolean) {
    this.#height = height;
    this.#rtl = rtl;
  }

  x(value: number): number {
    return tidy(this.#rtl ? WIDTH - value : value);
  }

  rect(from: number, to: number, y: number, height: number, attributes: Html): void {
    const left = Math.min(this.x(from), this.x(to));
    this.add(html`<rect x="${left}" y="${y}" width="${tidy(Math.abs(to - from))}" height="${height}" ${attributes}/>`);
  }

  line(from: readonly [x: number, y: number], to: readonly [x: number, y: number], attributes: Html): void {
    this.add(html`<line x1="${this.x(from[0])}" y1="${from[1]}" x2="${this.x(to[0])}" y2="${to[1]}" ${attributes}/>`);
  }

  text(at: number, y: number, content: Value, attributes: Html): void {
    this.add(html`<text x="${this.x(at)}" y="${y}" text-anchor="middle" direction="ltr" ${attributes}>${content}</text>`);
  }

  add(shape: Html): void {
    this.#shapes.push(shape);
  }

  /** The drawing, with a title for those who do not see it. */
  finish(title: string): Html {
    return html`<svg class="chart" role="img" viewBox="0 0 ${WIDTH} ${this.#height}" width="${WIDTH}" height="${this.#height}" xmlns="http://www.w3.org/2000/svg"><title>${title}</title>${this.#shapes}</svg>`;
  }
}

/** Two decimals are finer than any screen shows. */
export function tidy(value: number): number {
  return Math.round(value * 100) / 100;
}

/** How long a share is drawn: its value, a bound at its bound, a hidden one not at all. */
export function lengthOf(share: Shown<Share>): number | undefined {
  if (isExact(share)) return share.value;
  if ("atMost" in share) return share.atMost;
  return "atLeast" in share ? share.atLeast : undefined;
}

/** How a bound is drawn: open, with a dashed edge, so that it is not taken for a value. */
export function openFill(colour: string): Html {
  return html`fill="${colour}" fill-opacity="0.3" stroke="${colour}" stroke-dasharray="3 2"`;
}
