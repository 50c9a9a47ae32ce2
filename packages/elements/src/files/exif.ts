import { Bytes } from "./bytes.ts";
import type { Trace } from "./traces.ts";

/** Tags of Exif 2.32 and TIFF 6.0 that tell something, by what they tell. */
const TAGS: Readonly<Record<number, Trace>> = {
  270: "text", // ImageDescription
  271: "camera", // Make
  272: "camera", // Model
  305: "software",
  306: "time", // DateTime
  315: "author", // Artist
  316: "software", // HostComputer
  700: "history", // XMP inside TIFF
  33432: "author", // Copyright
  33723: "text", // IPTC inside TIFF
  36867: "time", // DateTimeOriginal
  36868: "time", // DateTimeDigitized
  37500: "camera", // MakerNote
  37510: "text", // UserComment
  40091: "text", // XPTitle
  40092: "text", // XPComment
  40093: "author", // XPAuthor
  40094: "text", // XPKeywords
  40095: "text", // XPSubject
  42016: "camera", // ImageUniqueID
  42032: "author", // CameraOwnerName
  42033: "camera", // BodySerialNumber
  42035: "camera", // LensMake
  42036: "camera", // LensModel
  42037: "camera", // LensSerialNumber
};

/** Tags of the GPS directory. The version alone, which some cameras always write, is no place. */
const GPS_TAGS: Readonly<Record<number, Trace>> = { 2: "place", 4: "place", 6: "place", 7: "time", 28: "place", 29: "time" };

const EXIF_POINTER = 0x8769;
const GPS_POINTER = 0x8825;
/** JPEGInterchangeFormat: the small picture that cameras put beside the large one; it may show what was cut off later. */
const PREVIEW_POINTER = 0x0201;
/** Bytes of one entry: tag, type, count, value. */
const ENTRY = 12;
/** More directories and entries than any camera writes. */
const DIRECTORIES = 8;
const ENTRIES = 512;

/** What a TIFF block tells (Exif 2.32 §4.6): its directories in turn, each once, and at most so many of so many entries. */
export function exifTraces(block: Uint8Array): readonly Trace[] {
  const bytes = new Bytes(block, block[0] === 0x49);
  if (bytes.uint16(2) !== 42) return [];
  const found: Trace[] = [];
  const waiting: { readonly at: number; readonly gps: boolean }[] = [{ at: bytes.uint32(4), gps: false }];
  const seen = new Set<number>();
  for (let directory = waiting.shift(); directory !== undefined && seen.size < DIRECTORIES; directory = waiting.shift()) {
    const { at, gps } = directory;
    if (at < 8 || at >= bytes.length || seen.has(at)) continue;
    seen.add(at);
    const count = Math.min(bytes.uint16(at), ENTRIES);
    for (let entry = at + 2; entry < at + 2 + count * ENTRY && entry + ENTRY <= bytes.length; entry += ENTRY) {
      const tag = bytes.uint16(entry);
      const pointer = bytes.uint32(entry + 8);
      const trace = gps ? GPS_TAGS[tag] : TAGS[tag];
      if (trace !== undefined && bytes.uint32(entry + 4) > 0) found.push(trace);
      if (gps) continue;
      if (tag === PREVIEW_POINTER) found.push("preview");
      if (tag === EXIF_POINTER || tag === GPS_POINTER) waiting.push({ at: pointer, gps: tag === GPS_POINTER });
    }
    if (!gps) waiting.push({ at: bytes.uint32(at + 2 + count * ENTRY), gps: false });
  }
  return found;
}
