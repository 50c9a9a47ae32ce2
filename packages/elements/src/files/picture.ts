import { h } from "../ui/dom.ts";

/** Longest edge of a picture that is sent, in pixels: print can still be read on it, and every phone can draw it. */
const LONGEST = 4096;
/** Longest edge of what is shown before sending. */
const SHOWN = 320;
const QUALITY = 0.9;

export interface Redrawn {
  readonly bytes: Blob;
  /** What will be sent, small: drawn from those bytes, not from the file. */
  readonly preview: HTMLCanvasElement;
}

/**
 * The picture without anything beside it: its points are drawn on a canvas and written anew. The file's turn is kept. Null where the browser
 * cannot read this kind of picture, or gives pages no drawn points (Tor Browser, until it is allowed): then nothing was taken out.
 */
export async function redraw(file: Blob, type: string): Promise<Redrawn | null> {
  if (!givesPoints()) return null;
  try {
    const canvas = await drawn(file, LONGEST);
    const bytes = await written(canvas, type === "image/png" ? type : "image/jpeg");
    return bytes === null ? null : { bytes, preview: await drawn(bytes, SHOWN) };
  } catch {
    return null;
  }
}

async function drawn(file: Blob, longest: number): Promise<HTMLCanvasElement> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const [width, height] = [picture.width, picture.height].map((edge) => Math.max(1, Math.round(edge * scale)));
  const canvas = h("canvas", { width, height });
  const context = canvas.getContext("2d");
  if (context === null) throw new TypeError("no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas;
}

function written(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob?.type === type ? blob : null), type, QUALITY));
}

/** Draws a pattern and looks whether it comes back: browsers that guard against recognition answer with white or with noise. */
function givesPoints(): boolean {
  const edge = 16;
  const context = h("canvas", { width: edge, height: edge }).getContext("2d", { willReadFrequently: true });
  if (context === null) return false;
  const shade = (at: number): number => (at * 37) % 256;
  for (let at = 0; at < edge * edge; at++) {
    context.fillStyle = `rgb(${shade(at)} ${shade(at)} ${shade(at)})`;
    context.fillRect(at % edge, Math.floor(at / edge), 1, 1);
  }
  const points = context.getImageData(0, 0, edge, edge).data;
  let off = 0;
  for (let at = 0; at < edge * edge; at++) off += Math.abs((points[at * 4] ?? 0) - shade(at));
  // Some browsers change a point here and there by one or two; that picture is still the picture.
  return off / (edge * edge) < 4;
}
