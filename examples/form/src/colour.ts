/** WCAG 2 contrast of text: 4.5 for AA. */
const ENOUGH = 4.5;

type Rgb = readonly [number, number, number];

/** `#0b4f6c` as three numbers, or null for anything else: the value comes from whoever runs the server. */
export function parseColour(text: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  return match === null
    ? null
    : [Number.parseInt(match[1] ?? "", 16), Number.parseInt(match[2] ?? "", 16), Number.parseInt(match[3] ?? "", 16)];
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: Rgb): number {
  const [r, g, b] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** An institution's colour, darkened until text in it and white text on it can be read (against the page and its tint as well). */
export function readableAccent(text: string): string | null {
  let colour = parseColour(text);
  if (colour === null) return null;
  const tint: Rgb = [232, 236, 238];
  while (contrast(colour, tint) < ENOUGH) colour = colour.map((value) => Math.floor(value * 0.92)) as unknown as Rgb;
  return `#${colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
