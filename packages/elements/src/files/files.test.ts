import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { imageTraces, knownFile, prepareFile, type Redraw } from "./index.ts";

const latin = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const be16 = (value: number): number[] => [value >> 8, value & 255];
const be32 = (value: number): number[] => [...be16(value >>> 16), ...be16(value & 0xffff)];

/** A TIFF block, big-endian, of one directory and optionally a GPS directory; values are not followed. */
function tiff(tags: readonly number[], gps: readonly number[] = []): number[] {
  const entry = (tag: number, value = 0): number[] => [...be16(tag), ...be16(4), ...be32(1), ...be32(value)];
  const count = tags.length + (gps.length > 0 ? 1 : 0);
  const gpsAt = 8 + 2 + count * 12 + 4;
  const first = [...tags.map((tag) => entry(tag)), ...(gps.length > 0 ? [entry(0x8825, gpsAt)] : [])].flat();
  const second = gps.length > 0 ? [...be16(gps.length), ...gps.flatMap((tag) => entry(tag)), ...be32(0)] : [];
  return [...latin("MM"), 0, 42, ...be32(8), ...be16(count), ...first, ...be32(0), ...second];
}

const segment = (marker: number, content: readonly number[]): number[] => [0xff, marker, ...be16(content.length + 2), ...content];
const jpeg = (...segments: number[][]): Uint8Array =>
  new Uint8Array([0xff, 0xd8, ...segments.flat(), 0xff, 0xda, 0, 8, 1, 2, 3, 0xff, 0xd9]);
const exif = (block: number[]): number[] => segment(0xe1, [...latin("Exif\0\0"), ...block]);
const chunk = (name: string, content: readonly number[]): number[] => [...be32(content.length), ...latin(name), ...content, 0, 0, 0, 0];
const png = (...chunks: number[][]): Uint8Array => new Uint8Array([...latin("\x89PNG\r\n\x1a\n"), ...chunks.flat()]);

describe("what a picture carries", () => {
  it("is found in a JPEG's segments, and nothing that is not there", () => {
    expect(imageTraces(jpeg(exif(tiff([0x010f, 0x0132], [0, 2, 4]))))).toEqual(["place", "camera", "time"]);
    expect(imageTraces(jpeg(exif(tiff([0x0131]))))).toEqual(["software"]);
    expect(imageTraces(jpeg(segment(0xe0, latin("JFIF\0"))))).toEqual([]);
    expect(imageTraces(jpeg(segment(0xe2, latin("ICC_PROFILE\0\x01\x01")), segment(0xfe, latin("hello"))))).toEqual(["text", "profile"]);
    expect(imageTraces(jpeg(segment(0xeb, latin("somebody's own"))))).toEqual(["other"]);
  });

  it("is no place where a camera only wrote which version of GPS tags it uses", () => {
    expect(imageTraces(jpeg(exif(tiff([0x010f], [0]))))).toEqual(["camera"]);
  });

  it("is found in XMP and IPTC, as properties and datasets say", () => {
    const packet = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:Description photoshop:City="x" dc:creator="y" xmpMM:DocumentID="z"/>`;
    expect(imageTraces(jpeg(segment(0xe1, latin(packet))))).toEqual(["place", "author", "history"]);
    const datasets = [0x1c, 2, 80, 0, 2, 65, 66, 0x1c, 2, 120, 0, 1, 65];
    expect(imageTraces(jpeg(segment(0xed, [...latin("Photoshop 3.0\x008BIM\x04\x04"), ...datasets])))).toEqual(["author", "text"]);
  });

  it("is found in PNG chunks, WebP chunks and HEIF items", () => {
    expect(imageTraces(png(chunk("IHDR", []), chunk("tIME", [1]), chunk("eXIf", tiff([0x0110])), chunk("iCCP", [1])))).toEqual([
      "camera",
      "time",
      "profile",
    ]);
    const block = tiff([], [2]);
    const webp = [...latin("RIFF\0\0\0\0WEBPEXIF"), block.length, 0, 0, 0, ...block];
    expect(imageTraces(new Uint8Array(webp))).toEqual(["place"]);
    expect(imageTraces(new Uint8Array([...latin("\0\0\0\x18ftypheic\0\0Exif\0\0"), ...tiff([0x010f])]))).toEqual(["camera"]);
  });

  it("never throws, ends, and names only known things, whatever the bytes", () => {
    const beginnings = [[0xff, 0xd8, 0xff, 0xe1], latin("\x89PNG\r\n\x1a\n"), latin("RIFF\0\0\0\0WEBP"), latin("\0\0\0\0ftypheic"), []];
    const bytes = fc.tuple(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 600 }));
    fc.assert(
      fc.property(bytes, ([beginning, rest]) => {
        const found = imageTraces(new Uint8Array([...beginning, ...rest]));
        expect(new Set(found).size).toBe(found.length);
      }),
    );
  });

  it("ends at directories that point at each other, and at lengths beyond the end", () => {
    const loop = [...latin("MM"), 0, 42, ...be32(8), ...be16(1), ...be16(0x8769), ...be16(4), ...be32(1), ...be32(8), ...be32(8)];
    expect(imageTraces(jpeg(exif(loop)))).toEqual([]);
    expect(imageTraces(png([...be32(0xffffffff), ...latin("tIME")]))).toEqual([]);
    expect(imageTraces(jpeg(exif(tiff([0x010f, 0x0132]))).subarray(0, 24))).toEqual([]);
  });

  it("is what was in the block, for any tags", () => {
    const tags = fc.uniqueArray(fc.constantFrom(0x010f, 0x0132, 0x013b, 0x0100, 0x0101), { maxLength: 5 });
    fc.assert(
      fc.property(tags, (chosen) => {
        const found = imageTraces(jpeg(exif(tiff(chosen))));
        expect(found.includes("camera")).toBe(chosen.includes(0x010f));
        expect(found.includes("time")).toBe(chosen.includes(0x0132));
        expect(found.includes("author")).toBe(chosen.includes(0x013b));
        expect(found).not.toContain("place");
      }),
    );
  });
});

describe("a file", () => {
  const file = (name: string, content: Uint8Array | string): File => new File([content as BlobPart], name);
  const never: Redraw = async () => null;

  it.each([
    ["scan.PDF", "%PDF-1.7", "pdf"],
    ["list.xlsx", "PK\x03\x04…", "office"],
    ["old.doc", "\xd0\xcf\x11\xe0", "office"],
    ["call.m4a", "\0\0\0\0ftypM4A ", "audio"],
    ["film.mp4", "\0\0\0\0ftypisom", "video"],
    ["photo.heic", "\0\0\0\0ftypheic", "image"],
    ["all.zip", "PK\x03\x04", "archive"],
    ["notes.txt", "what I saw", "text"],
  ])("%s is known by how it begins", (name, beginning, kind) => {
    expect(knownFile(name, new Uint8Array(latin(beginning)))?.kind).toBe(kind);
  });

  it.each([
    ["tool.exe", "MZ\x90\0"],
    ["photo.jpg", "MZ\x90\0"],
    ["page.html", "<!doctype html>"],
    ["drawing.svg", "<svg/>"],
    ["app.apk", "PK\x03\x04"],
    ["run.sh", "#!/bin/sh"],
    ["none", ""],
  ])("%s is not taken, whatever its name says", (name, beginning) => {
    expect(knownFile(name, new Uint8Array(latin(beginning)))).toBeNull();
  });

  it("that is a picture goes as it was drawn anew, with what was found in it", async () => {
    const anew = jpeg(segment(0xe0, latin("JFIF\0")));
    const redraw: Redraw = async () => ({ bytes: new Blob([anew as BlobPart], { type: "image/jpeg" }), preview: {} as HTMLCanvasElement });
    const prepared = await prepareFile(file("x.webp", jpeg(exif(tiff([0x010f])))), redraw);
    expect(prepared).toMatchObject({ cleaned: true, traces: ["camera"], known: { type: "image/jpeg", ending: "jpg" } });
    expect(prepared?.bytes.size).toBe(anew.length);
  });

  it("that the browser cannot draw, or wrote anew with something in it, is not called clean", async () => {
    const photo = jpeg(exif(tiff([0x010f])));
    expect(await prepareFile(file("x.jpg", photo), never)).toMatchObject({ cleaned: false, traces: ["camera"], preview: null });
    const leaky: Redraw = async () => ({ bytes: new Blob([photo as BlobPart], { type: "image/jpeg" }), preview: {} as HTMLCanvasElement });
    expect(await prepareFile(file("x.jpg", photo), leaky)).toMatchObject({ cleaned: false, traces: ["camera"] });
  });

  it("that is no picture goes as it is", async () => {
    const pdf = file("x.pdf", "%PDF-1.7");
    expect(await prepareFile(pdf, never)).toMatchObject({ bytes: pdf, cleaned: false, known: { kind: "pdf" } });
    expect(await prepareFile(file("x.exe", "MZ\0"), never)).toBeNull();
  });
});
