import { formatCode, newInvitationCode } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import jsqr from "jsqr";
import { describe, expect, it } from "vitest";
import { qrSvg } from "./qr.ts";
import { type Card, sheetHtml } from "./sheet.ts";

const options = {
  address: "https://feedback.example.org/",
  digits: "0123 4567 8901 2345 6789 0123",
  languages: ["ar", "fr", "en"],
} as const;

function cards(count: number, spares = 0): Card[] {
  return Array.from({ length: count }, (_, index) => {
    const code = formatCode(newInvitationCode(randomBytes));
    return { code, link: `https://feedback.example.org/wave-2026#officials.${code}`, spare: index >= count - spares };
  });
}

/** Paints the path of a code at a number of pixels per module, and reads it with a decoder that is not ours. */
function decoded(svg: string, scale = 4): string | null {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const pixels = new Uint8ClampedArray(4 * (size * scale) ** 2).fill(255);
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(length)) * scale; column++) {
        pixels.fill(0, 4 * (row * size * scale + column), 4 * (row * size * scale + column) + 3);
      }
    }
  }
  const read = jsqr as unknown as typeof jsqr.default;
  return read(pixels, size * scale, size * scale)?.data ?? null;
}

describe("the QR code of an invitation", () => {
  it("is read as the link, by another program", () => {
    for (const { link } of cards(5)) expect(decoded(qrSvg(link))).toBe(link);
  });

  it("has four modules of white on every side", () => {
    const svg = qrSvg("x");
    const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
    for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
      for (const [at, span] of [
        [Number(x), Number(length)],
        [Number(y), 1],
      ] as const) {
        expect(at).toBeGreaterThanOrEqual(4);
        expect(at + span).toBeLessThanOrEqual(size - 4);
      }
    }
  });
});

describe("the sheet of invitations", () => {
  it("has a card for each, with code, digits and words in every language asked for, spares apart", () => {
    const list = cards(4, 1);
    const html = sheetHtml(list, options);
    expect(html.match(/<article/g)).toHaveLength(4);
    const text = html.replaceAll("<wbr>", "").replace(/<\/?span>/g, "");
    for (const { code } of list) expect(text).toContain(code);
    expect(html.match(/lang="ar" dir="rtl"/g)).toHaveLength(4);
    expect(html.match(/0123 4567 8901 2345 6789 0123/g)).toHaveLength(4);
    const [people, spares] = html.split('class="cards spares"');
    expect(people?.match(/<article/g)).toHaveLength(3);
    expect(spares?.match(/<article/g)).toHaveLength(1);
    expect(html).toContain("delete the file");
    expect(sheetHtml(list, { ...options, languages: ["fr"] })).not.toContain('lang="ar"');
  });

  it("says nothing of the round or its subject, loads nothing and runs nothing", () => {
    const html = sheetHtml(cards(2), options);
    // The round's name travels inside the code alone.
    expect(html).not.toMatch(/wave-2026|officials|survey|amana/i);
    expect(html).not.toMatch(/<script|<img|<link|<iframe|url\(|@import|src=|href=| on\w+=/i);
    expect(html.match(/https?:\/\/[^<\s"]+/g)).toEqual([options.address, options.address]);
    expect(html).toContain("default-src 'none'");
  });

  it("lets no address become markup", () => {
    const html = sheetHtml(cards(1), { ...options, address: "https://x.example/<script>&" });
    expect(html).toContain("https://x.example/&lt;script&gt;&amp;");
  });
});
