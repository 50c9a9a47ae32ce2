import { isExact, type Share, type Shown } from "../document/index.ts";
import { Drawing, lengthOf, openFill, PALETTE, WIDTH } from "./drawing.ts";
import { type Html, html } from "./html.ts";

/** The three sides of a scale, as published. */
export interface Sides {
  readonly favourable: Shown<Share>;
  readonly neutral: Shown<Share>;
  readonly unfavourable: Shown<Share>;
}

const HEIGHT = 26;
const TOP = 3;
const BAR = HEIGHT - 2 * TOP;
/** Two hundred points across: a side may be as long as a hundred. */
const SCALE = (WIDTH - 8) / 200;
/** A figure is written into a part that is at least this long. */
const ROOM = 18;

/**
 * A diverging bar: neutral across the centre line, favourable to one side of it, unfavourable to the other, each with its
 * figure where it fits. Where the neutral share is hidden both sides start at the centre line.
 */
export function divergingBar(sides: Sides, title: string, rtl: boolean): Html {
  const drawing = new Drawing(HEIGHT, rtl);
  const centre = WIDTH / 2;
  const half = ((lengthOf(sides.neutral) ?? 0) * SCALE) / 2;
  drawing.rect(centre - half, centre + half, TOP, BAR, html`fill="${PALETTE.neutral}"`);
  if (isExact(sides.neutral) && 2 * half >= ROOM) label(drawing, centre, sides.neutral.value, PALETTE.ink);
  side(drawing, sides.favourable, centre + half, 1, PALETTE.favourable, "#ffffff");
  side(drawing, sides.unfavourable, centre - half, -1, PALETTE.unfavourable, PALETTE.ink);
  // The centre line is drawn beside the bar only: across it, it would strike out the neutral figure.
  for (const y of [0, HEIGHT - TOP]) drawing.line([centre, y], [centre, y + TOP], html`stroke="${PALETTE.ink}" stroke-width="1"`);
  return drawing.finish(title);
}

function side(drawing: Drawing, share: Shown<Share>, from: number, direction: 1 | -1, fill: string, ink: string): void {
  const length = (lengthOf(share) ?? 0) * SCALE;
  const to = from + direction * length;
  if (isExact(share)) {
    drawing.rect(from, to, TOP, BAR, html`fill="${fill}"`);
    if (length >= ROOM) label(drawing, (from + to) / 2, share.value, ink);
  } else if (length > 0) drawing.rect(from, to, TOP + 0.5, BAR - 1, openFill(fill));
}

function label(drawing: Drawing, at: number, value: number, ink: string): void {
  drawing.text(at, HEIGHT / 2 + 4, value, html`font-size="11" fill="${ink}"`);
}
