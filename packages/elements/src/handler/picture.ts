/** Kinds of picture that a browser draws and that run nothing. SVG is a document and no picture here. */
const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/webp", "image/gif"]);

/** How such files begin; what a file says that it is decides nothing. */
const BEGINNINGS: readonly (readonly [type: string, at: number, bytes: readonly number[]])[] = [
  ["image/png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", 0, [0xff, 0xd8, 0xff]],
  ["image/gif", 0, [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", 8, [0x57, 0x45, 0x42, 0x50]],
];

/** Bytes that tell the kind. */
const START = 16;

/** Points of a picture on screen, each way. */
const WIDEST = 1600;

/** Whether a file says that it is a picture: only for offering to draw it. */
export function isPicture(type: string): boolean {
  return PICTURES.has(type.toLowerCase().split(";")[0]?.trim() ?? "");
}

/** The kind of picture that a file's first bytes are, or null. */
export function pictureType(start: Uint8Array): string | null {
  return BEGINNINGS.find(([, at, bytes]) => bytes.every((byte, index) => start[at + index] === byte))?.[0] ?? null;
}

/** Draws a stranger's file, if it is a picture, as points on a canvas: no metadata, no animation, no link of it reaches the page. Null: it is none. */
export async function pictureOf(file: Blob): Promise<HTMLCanvasElement | null> {
  const type = pictureType(new Uint8Array(await file.slice(0, START).arrayBuffer()));
  if (type === null) return null;
  const bitmap = await createImageBitmap(file.slice(0, file.size, type)).catch(() => null);
  if (bitmap === null) return null;
  const scale = Math.min(1, WIDEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.setAttribute("role", "img");
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}
