import { iptcTraces, xmpTraces } from "./blocks.ts";
import { Bytes } from "./bytes.ts";
import { exifTraces } from "./exif.ts";

/**
 * What a picture carries beside the picture: the place it was taken, the device, the time, whoever made it, the software, a title or
 * comment, a small second picture, how it was edited, a colour profile, or something that is not one of these.
 */
export type Trace = "place" | "camera" | "time" | "author" | "software" | "text" | "preview" | "history" | "profile" | "other";

const ORDER: readonly Trace[] = ["place", "camera", "time", "author", "text", "preview", "software", "history", "profile", "other"];

/** More parts than any honest picture has. */
const PARTS = 10_000;

/**
 * What was found in a picture (JPEG, PNG, WebP, HEIC/AVIF), each once. It reads the file's parts by their lengths and stops where they do not
 * fit; so it may miss something, and names nothing that is not there. Never throws.
 */
export function imageTraces(file: Uint8Array): readonly Trace[] {
  const bytes = new Bytes(file);
  const found = new Set(tracesOf(bytes));
  return ORDER.filter((trace) => found.has(trace));
}

function tracesOf(bytes: Bytes): readonly Trace[] {
  if (bytes.has("\xff\xd8")) return jpegTraces(bytes);
  if (bytes.has("\x89PNG")) return pngTraces(bytes);
  if (bytes.has("RIFF")) return webpTraces(new Bytes(bytes.all, true));
  return bytes.has("ftyp", 4) ? heifTraces(bytes) : [];
}

const XMP = "http://ns.adobe.com/xap/1.0/\0";
const XMP_MORE = "http://ns.adobe.com/xmp/extension/\0";

/** ITU-T T.81 B.1: segments up to the start of the scan. */
function jpegTraces(bytes: Bytes): readonly Trace[] {
  const found: Trace[] = [];
  let at = 2;
  for (let part = 0; part < PARTS && bytes.all[at] === 0xff; part++) {
    const marker = bytes.all[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const length = bytes.uint16(at + 2);
    if (marker === 0xda || marker === 0xd9 || length < 2) break;
    found.push(...segmentTraces(marker, new Bytes(bytes.part(at + 4, length - 2))));
    at += 2 + length;
  }
  return found;
}

function segmentTraces(marker: number, segment: Bytes): readonly Trace[] {
  if (segment.length === 0) return [];
  if (marker === 0xfe) return ["text"];
  if (segment.has("Exif\0")) return exifTraces(segment.all.subarray(6));
  if (segment.has(XMP)) return xmpTraces(segment.all.subarray(XMP.length));
  if (segment.has(XMP_MORE)) return xmpTraces(segment.all.subarray(XMP_MORE.length));
  if (segment.has("ICC_PROFILE\0")) return ["profile"];
  if (segment.has("Photoshop 3.0\0")) return iptcTraces(segment.all);
  if (segment.has("MPF\0")) return ["preview"];
  // JFIF, which may hold a small picture, and Adobe's note on colours tell nothing of people.
  const plain = marker === 0xe0 || marker === 0xee || marker < 0xe0 || marker > 0xef;
  return plain ? [] : ["other"];
}

/** PNG 1.2 §5.3: chunks. */
function pngTraces(bytes: Bytes): readonly Trace[] {
  const found: Trace[] = [];
  let at = 8;
  for (let part = 0; part < PARTS && at + 12 <= bytes.length; part++) {
    const length = bytes.uint32(at);
    const name = bytes.text(at + 4, 4);
    const content = bytes.part(at + 8, length);
    if (name === "eXIf") found.push(...exifTraces(content));
    else if (name === "iCCP") found.push("profile");
    else if (name === "tIME") found.push("time");
    else if (name === "iTXt" && new Bytes(content).has("XML:com.adobe.xmp")) found.push(...xmpTraces(content));
    else if (name === "tEXt" || name === "zTXt" || name === "iTXt") found.push("text");
    at += 12 + length;
  }
  return found;
}

/** WebP container specification: RIFF chunks, padded to even lengths. */
function webpTraces(bytes: Bytes): readonly Trace[] {
  const found: Trace[] = [];
  let at = 12;
  for (let part = 0; part < PARTS && at + 8 <= bytes.length; part++) {
    const length = bytes.uint32(at + 4);
    const content = bytes.part(at + 8, length);
    if (bytes.has("EXIF", at)) found.push(...exifTraces(new Bytes(content).has("Exif\0\0") ? content.subarray(6) : content));
    else if (bytes.has("XMP ", at)) found.push(...xmpTraces(content));
    else if (bytes.has("ICCP", at)) found.push("profile");
    at += 8 + length + (length % 2);
  }
  return found;
}

/** HEIF keeps what it carries as items whose place a table gives; looked for by the marks that they begin with (ISO/IEC 23008-12 annex A). */
function heifTraces(bytes: Bytes): readonly Trace[] {
  const found: Trace[] = [];
  for (const order of ["II*\0", "MM\0*"]) {
    const at = bytes.find(`Exif\0\0${order}`);
    if (at >= 0) found.push(...exifTraces(bytes.all.subarray(at + 6)));
  }
  const packet = bytes.find("<x:xmpmeta");
  if (packet >= 0) found.push(...xmpTraces(bytes.all.subarray(packet)));
  if (bytes.find("colrprof") >= 0 || bytes.find("colrrICC") >= 0) found.push("profile");
  return found;
}
