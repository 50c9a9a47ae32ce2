import { describe, expect, it } from "vitest";
import { audienceMark, divergingBar, dotAxis, dotPlot, escapeHtml, html, PALETTE, shareBar } from "./index.ts";

const exact = (value: number) => ({ value, low: Math.max(0, value - 5), high: Math.min(100, value + 5) });
const hidden = { suppressed: "complement" } as const;
const rects = (svg: string): { x: number; width: number; rest: string }[] =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" ([^>]*)\/>/g)].map(([, x, width, rest]) => ({
    x: Number(x),
    width: Number(width),
    rest: rest ?? "",
  }));

describe("html", () => {
  it("escapes every value, keeps markup, joins lists and leaves out nothing", () => {
    expect(String(html`<p title="${'"'}">${"<&>'`"}${html`<b>${1}</b>`}${["a", html`<i></i>`]}${undefined}</p>`)).toBe(
      '<p title="&#34;">&#60;&#38;&#62;&#39;&#96;<b>1</b>a<i></i></p>',
    );
    expect(escapeHtml("plain ü ع")).toBe("plain ü ع");
  });
});

describe("divergingBar", () => {
  const sides = { favourable: exact(60), neutral: exact(20), unfavourable: exact(20) };

  it("puts neutral across the centre, favourable after it and unfavourable before it, to scale", () => {
    const [neutral, favourable, unfavourable] = rects(String(divergingBar(sides, "t", false)));
    const scale = 292 / 200;
    expect(neutral).toMatchObject({ x: 150 - 10 * scale, width: 20 * scale });
    expect(favourable).toMatchObject({ x: 150 + 10 * scale, width: 60 * scale });
    expect((unfavourable?.x ?? 0) + (unfavourable?.width ?? 0)).toBeCloseTo(150 - 10 * scale, 1);
    expect(favourable?.rest).toContain(PALETTE.favourable);
  });

  it("is mirrored right to left, figures are not", () => {
    const svg = String(divergingBar(sides, "t", true));
    const [, favourable, unfavourable] = rects(svg);
    expect(favourable?.x ?? 0).toBeLessThan(unfavourable?.x ?? 0);
    expect(svg).toContain('direction="ltr" font-size="11" fill="#ffffff">60</text>');
  });

  it("stays inside the drawing at the extremes", () => {
    for (const [f, m, u] of [
      [100, 0, 0],
      [0, 0, 100],
      [0, 100, 0],
    ] as const) {
      for (const { x, width } of rects(
        String(divergingBar({ favourable: exact(f), neutral: exact(m), unfavourable: exact(u) }, "t", false)),
      )) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(300);
      }
    }
  });

  it("draws a bound open, and what is hidden not at all", () => {
    const svg = String(divergingBar({ favourable: { atLeast: 95 }, neutral: hidden, unfavourable: { atMost: 5 } }, "t", false));
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(2);
    expect(svg).not.toContain("<text");
    const none = String(divergingBar({ favourable: hidden, neutral: hidden, unfavourable: hidden }, "t", false));
    expect(rects(none).every(({ width }) => width === 0)).toBe(true);
  });
});

describe("dotPlot", () => {
  it("has a mark of its own shape and an interval for each audience, at the right place", () => {
    const svg = String(
      dotPlot(
        [0, 1, 2].map((place) => ({ place, share: exact(25 * place + 25) })),
        "t",
        false,
      ),
    );
    expect(svg).toContain('<circle cx="81"');
    expect(svg).toContain("<path d=");
    expect(svg.match(/stroke-linecap="round"/g)).toHaveLength(3);
    expect(String(dotPlot([{ place: 0, share: exact(25) }], "t", true))).toContain('<circle cx="219"');
  });

  it("has an open mark without interval for a bound, and none for a hidden share", () => {
    const svg = String(
      dotPlot(
        [
          { place: 0, share: { atMost: 5 } },
          { place: 1, share: hidden },
        ],
        "t",
        false,
      ),
    );
    expect(svg).toContain('fill="#ffffff" stroke="#27408b"');
    expect(svg).not.toMatch(/<path|stroke-linecap/);
  });

  it("has a scale that is mirrored with it", () => {
    expect(String(dotAxis("s", false))).toMatch(/x="12"[^>]*>0</);
    expect(String(dotAxis("s", true))).toMatch(/x="288"[^>]*>0</);
    expect(String(audienceMark(4))).toContain("<path");
  });
});

describe("shareBar", () => {
  it("is as long as its share, with its interval; a bound is open; a hidden share an empty outline", () => {
    expect(rects(String(shareBar(exact(50), "#000000", "t", false)))[1]).toMatchObject({ x: 1, width: 149 });
    expect(String(shareBar({ atMost: 5 }, "#000000", "t", false))).toContain("fill-opacity");
    const none = String(shareBar(hidden, "#000000", "t", false));
    expect(rects(none)).toHaveLength(1);
    expect(none).toContain('fill="none"');
  });
});
