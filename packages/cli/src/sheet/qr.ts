import { encode } from "uqr";

/** Modules of white around a code (ISO/IEC 18004 asks for four): a reader needs them, also beside a cut line. */
const QUIET = 4;

/**
 * A text as a QR code, in SVG of one path without size or colour of its own: black where nothing else is said, so that it survives a
 * greyscale printer. Level M: a crease or a stain of 15 % does no harm.
 */
export function qrSvg(text: string): string {
  const { data, size } = encode(text, { ecc: "M", boostEcc: false, border: QUIET });
  const path = data.flatMap((row, y) => runs(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`)).join("");
  return `<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="QR" shape-rendering="crispEdges"><path d="${path}"/></svg>`;
}

/** Where dark modules begin in a row, and how many follow each other. */
function runs(row: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  for (const [x, dark] of row.entries()) {
    const last = found.at(-1);
    if (!dark) continue;
    if (last !== undefined && last[0] + last[1] === x) last[1] += 1;
    else found.push([x, 1]);
  }
  return found;
}
