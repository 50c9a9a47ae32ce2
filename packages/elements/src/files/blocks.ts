import { Bytes } from "./bytes.ts";
import type { Trace } from "./traces.ts";

/** What an XMP packet tells, by the properties that it names (XMP specification, parts 1 and 2). */
const PROPERTIES: readonly (readonly [Trace, RegExp])[] = [
  ["place", /exif:GPS(?:L|Dest|Alt)|photoshop:(?:City|State|Country)|Iptc4xmpCore:(?:Location|CountryCode)|Iptc4xmpExt:Location/],
  ["time", /xmp:(?:Create|Modify|Metadata)Date|photoshop:DateCreated|exif:DateTime/],
  ["camera", /tiff:(?:Make|Model)|aux:|exifEX:(?:Lens|BodySerial)/],
  ["author", /dc:(?:creator|rights)|photoshop:(?:Credit|AuthorsPosition)|exifEX:CameraOwner|xmpRights:/],
  ["software", /xmp:CreatorTool|tiff:Software/],
  ["text", /dc:(?:description|title|subject)|photoshop:(?:Headline|Instructions)/],
  ["history", /xmpMM:/],
];

/** How much of a packet is read. */
const XMP_READ = 1 << 20;

/** What an XMP packet tells; one in which none of these is named is there all the same. */
export function xmpTraces(packet: Uint8Array): readonly Trace[] {
  const text = new TextDecoder().decode(packet.subarray(0, XMP_READ));
  const found = PROPERTIES.filter(([, names]) => names.test(text)).map(([trace]) => trace);
  return found.length > 0 ? found : ["other"];
}

/** Datasets of record 2 (IPTC IIM 4.2), by what they tell. */
const DATASETS: Readonly<Record<number, Trace>> = {
  5: "text", // title
  25: "text", // keywords
  26: "place",
  55: "time",
  60: "time",
  62: "time",
  63: "time",
  65: "software",
  80: "author",
  90: "place", // city
  92: "place",
  95: "place",
  100: "place",
  101: "place",
  105: "text",
  110: "author",
  116: "author",
  120: "text", // caption
  122: "author",
};

const DATASETS_READ = 512;

/** What Photoshop's resource block tells: the IPTC datasets in it. */
export function iptcTraces(block: Uint8Array): readonly Trace[] {
  const bytes = new Bytes(block);
  const found: Trace[] = [];
  let at = bytes.find("\x1c\x02");
  for (let read = 0; at >= 0 && read < DATASETS_READ && bytes.has("\x1c\x02", at); read++) {
    const trace = DATASETS[block[at + 2] ?? 0];
    if (trace !== undefined) found.push(trace);
    at += 5 + bytes.uint16(at + 3);
  }
  return found.length > 0 ? found : ["other"];
}
