import { Bytes } from "./bytes.ts";

/** What a file is, for what it may give away. `image` is drawn anew; all others go as they are. */
export type FileKind = "image" | "pdf" | "office" | "audio" | "video" | "archive" | "text";

export interface KnownFile {
  readonly kind: FileKind;
  /** The media type that handlers are told. */
  readonly type: string;
  /** The ending of a neutral name. */
  readonly ending: string;
}

const known = (kind: FileKind, type: string, ending: string): KnownFile => ({ kind, type, ending });

/** How much of a file's beginning {@link knownFile} looks at. */
export const HEAD_BYTES = 512;

const OPEN_XML = "application/vnd.openxmlformats-officedocument.";
const OPEN_DOCUMENT = "application/vnd.oasis.opendocument.";

/** Files inside a ZIP archive, by the ending of the name. */
const ZIPPED: Readonly<Record<string, KnownFile>> = {
  docx: known("office", `${OPEN_XML}wordprocessingml.document`, "docx"),
  xlsx: known("office", `${OPEN_XML}spreadsheetml.sheet`, "xlsx"),
  pptx: known("office", `${OPEN_XML}presentationml.presentation`, "pptx"),
  odt: known("office", `${OPEN_DOCUMENT}text`, "odt"),
  ods: known("office", `${OPEN_DOCUMENT}spreadsheet`, "ods"),
  odp: known("office", `${OPEN_DOCUMENT}presentation`, "odp"),
  zip: known("archive", "application/zip", "zip"),
};

/** Office files of before 2007, by the ending of the name. */
const COMPOUND: Readonly<Record<string, KnownFile>> = {
  doc: known("office", "application/msword", "doc"),
  xls: known("office", "application/vnd.ms-excel", "xls"),
  ppt: known("office", "application/vnd.ms-powerpoint", "ppt"),
};

const TEXTS: Readonly<Record<string, KnownFile>> = {
  txt: known("text", "text/plain", "txt"),
  csv: known("text", "text/csv", "csv"),
  eml: known("text", "message/rfc822", "eml"),
};

/** Marks at the beginning of a file, with how far in they stand. */
const MARKS: readonly (readonly [number, string, KnownFile])[] = [
  [0, "\xff\xd8\xff", known("image", "image/jpeg", "jpg")],
  [0, "\x89PNG\r\n\x1a\n", known("image", "image/png", "png")],
  [8, "WEBP", known("image", "image/webp", "webp")],
  [8, "WAVE", known("audio", "audio/wav", "wav")],
  [8, "AVI ", known("video", "video/x-msvideo", "avi")],
  [0, "%PDF-", known("pdf", "application/pdf", "pdf")],
  [0, "ID3", known("audio", "audio/mpeg", "mp3")],
  [0, "\xff\xfb", known("audio", "audio/mpeg", "mp3")],
  [0, "\xff\xf3", known("audio", "audio/mpeg", "mp3")],
  [0, "\xff\xf1", known("audio", "audio/aac", "aac")],
  [0, "OggS", known("audio", "audio/ogg", "ogg")],
  [0, "fLaC", known("audio", "audio/flac", "flac")],
  [0, "#!AMR", known("audio", "audio/amr", "amr")],
  [0, "\x1aE\xdf\xa3", known("video", "video/webm", "webm")],
];

/** Brands of ISO base media files; any other is a film. */
const BRANDS: readonly (readonly [RegExp, KnownFile])[] = [
  [/^(?:hei|hev|mif1|msf1)/, known("image", "image/heic", "heic")],
  [/^avi[fs]/, known("image", "image/avif", "avif")],
  [/^M4[AB]/, known("audio", "audio/mp4", "m4a")],
  [/^qt/, known("video", "video/quicktime", "mov")],
  [/^3g/, known("video", "video/3gpp", "3gp")],
  [/^/, known("video", "video/mp4", "mp4")],
];

/**
 * What a file is, by how it begins; the ending of its name only tells apart what begins alike. Null for everything else: programs,
 * pages and scripts are of no use to a handler and dangerous to open.
 */
export function knownFile(name: string, head: Uint8Array): KnownFile | null {
  const bytes = new Bytes(head);
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  if (bytes.has("PK\x03\x04")) return ZIPPED[ending] ?? null;
  if (bytes.has("\xd0\xcf\x11\xe0")) return COMPOUND[ending] ?? null;
  if (bytes.has("ftyp", 4)) return BRANDS.find(([brand]) => brand.test(bytes.text(8, 4)))?.[1] ?? null;
  const marked = MARKS.find(([at, mark]) => bytes.has(mark, at));
  if (marked !== undefined) return marked[2];
  return head.includes(0) ? null : (TEXTS[ending] ?? null);
}
