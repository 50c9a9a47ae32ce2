import { describe, expect, it } from "vitest";
import { linkOf, routeOf } from "./route.ts";

describe("the form's addresses", () => {
  it.each([
    ["https://example.org/", "https://example.org/", null],
    ["https://example.org/wave-2026#ABC", "https://example.org/", "wave-2026"],
    ["https://example.org/feedback/wave-2026?x=1#ABC.DEF", "https://example.org/feedback/", "wave-2026"],
    ["https://example.org/feedback/", "https://example.org/feedback/", null],
    ["https://example.org/Not A Round", "https://example.org/", null],
  ])("%s under %s", (href, base, round) => {
    expect(routeOf(href, base)).toEqual({ round, link: href });
  });

  it("puts one code per issuer into the fragment, which is never sent", () => {
    expect(linkOf("https://example.org/", "wave", ["AAAA-1", "BBBB 2"])).toBe("https://example.org/wave#AAAA-1.BBBB%202");
  });
});
