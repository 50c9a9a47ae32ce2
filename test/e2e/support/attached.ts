import type { Page } from "playwright-core";

/** A file as a browser's file chooser takes it. */
interface Chosen {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

export const PDF: Chosen = { name: "Rapport Leila.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\n%%EOF\n") };

/** Exif 2.32: one directory with a make, a time and a GPS directory with a latitude, big-endian; the values lie behind. */
function exif(): Buffer {
  const entry = (tag: number, type: number, count: number, value: number): number[] => [
    ...[tag >> 8, tag & 255, 0, type, 0, 0, 0, count],
    ...[0, 0, value >> 8, value & 255],
  ];
  const directory = [0, 3, ...entry(0x010f, 2, 8, 92), ...entry(0x0132, 2, 20, 100), ...entry(0x8825, 4, 1, 50), 0, 0, 0, 0];
  const gps = [0, 1, ...entry(2, 5, 3, 120), 0, 0, 0, 0];
  const tiff = Buffer.concat([
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, ...directory, ...gps]),
    Buffer.alloc(24),
    Buffer.from("Telefon\0" + "2026:11:20 07:31:00\0", "latin1"),
    Buffer.alloc(24, 1),
  ]);
  const content = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  return Buffer.concat([Buffer.from([0xff, 0xe1, (content.length + 2) >> 8, (content.length + 2) & 255]), content]);
}

/** A photo that the browser can decode, with the place, the device and the time in it. */
export async function photo(page: Page, name: string): Promise<Chosen> {
  const plain = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 480;
    const context = canvas.getContext("2d");
    for (let at = 0; context !== null && at < 24; at++) {
      context.fillStyle = `hsl(${at * 15} 60% 60%)`;
      context.fillRect((at % 6) * 107, Math.floor(at / 6) * 120, 107, 120);
    }
    return canvas.toDataURL("image/jpeg").split(",")[1] ?? "";
  });
  const bytes = Buffer.from(plain, "base64");
  return { name, mimeType: "image/jpeg", buffer: Buffer.concat([bytes.subarray(0, 2), exif(), bytes.subarray(2)]) };
}
