import { isExact, type Share, type Shown } from "../document/index.ts";
import { Drawing, lengthOf, openFill, PALETTE, WIDTH } from "./drawing.ts";
import { type Html, html } from "./html.ts";

const HEIGHT = 18;
const MARGIN = 1;
const SCALE = (WIDTH - 2 * MARGIN) / 100;

/** A bar of 0..100 on a pale track, with its interval as a thin line. A bound is open; a hidden share is the track's dashed edge alone. */
export function shareBar(share: Shown<Share>, colour: string, title: string, rtl: boolean): Html {
  const drawing = new Drawing(HEIGHT, rtl);
  const length = lengthOf(share);
  const track = length === undefined ? html`fill="none" stroke="${PALETTE.axis}" stroke-dasharray="3 3"` : html`fill="#eef1f3"`;
  drawing.rect(MARGIN, WIDTH - MARGIN, 3.5, HEIGHT - 7, track);
  if (length !== undefined)
    drawing.rect(MARGIN, MARGIN + length * SCALE, 3.5, HEIGHT - 7, isExact(share) ? html`fill="${colour}"` : openFill(colour));
  if (isExact(share)) {
    const y = HEIGHT / 2;
    const [low, high] = [MARGIN + share.low * SCALE, MARGIN + share.high * SCALE];
    // White below the ink: the half of the interval that lies on a dark bar can be seen as well.
    for (const pen of [html`stroke="#fff" stroke-width="4"`, html`stroke="${PALETTE.ink}" stroke-width="1.5"`]) {
      drawing.line([low, y], [high, y], pen);
      for (const end of [low, high]) drawing.line([end, y - 3], [end, y + 3], pen);
    }
  }
  return drawing.finish(title);
}
