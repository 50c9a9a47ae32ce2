import { describe, expect, it } from "vitest";
import { rows, section, textOf } from "../../fixtures/reading.ts";
import { sampleOptions, sampleResults } from "../../fixtures/sample.ts";
import type { AudienceResults, Results } from "../document/index.ts";
import { type ResultsPageOptions, resultsPage } from "./index.ts";

const results = sampleResults();
const page = (options: Partial<ResultsPageOptions> = {}, of: Results = results): string =>
  resultsPage(of, { ...sampleOptions, ...options });

describe("other rounds", () => {
  /** The sample with the officials' figures changed. */
  function withOfficials(change: (officials: AudienceResults) => AudienceResults): Results {
    return { ...results, audiences: results.audiences.map((audience, i) => (i === 0 ? change(audience) : audience)) };
  }

  it("leave out what was not asked: priorities, trust, an area of one side only", () => {
    const audiences = results.audiences.map((audience) => ({
      ...audience,
      items: audience.items.filter(({ id }) => !["Y1", "T1"].includes(id)),
    }));
    const without = page({}, { ...results, audiences });
    expect(without).not.toContain('id="priorities"');
    expect(without).not.toContain('href="#priorities"');
    expect(textOf(section(without, "participation"))).not.toContain("Trust in this survey");
    const oneSided = page(
      {},
      withOfficials((officials) => ({ ...officials, factors: officials.factors.slice(1) })),
    );
    expect(rows(section(oneSided, "factors"))[1]).toMatch(/^ Leadership – 41 38–44 n = 280 $/);
  });

  it("put bounds and hidden shares in their place among the priorities", () => {
    const shares = [{ atMost: 5 }, { suppressed: "small-cell" }, { atLeast: 95 }] as const;
    const changed = withOfficials((officials) => ({
      ...officials,
      items: officials.items.map((item) =>
        item.id === "Y1" && item.kind === "multiple" && "options" in item
          ? { ...item, options: item.options.slice(0, 4).map((option, i) => ({ ...option, share: shares[i] ?? option.share })) }
          : item,
      ),
    }));
    const order = rows(section(page({}, changed), "priorities")).slice(1, 5);
    expect(order.map((row) => row.trim().split(" ")[0])).toEqual(["Transparency", "Automation", "Leadership", "Regulation"]);
    expect(order[0]).toContain("≥ 95%");
    expect(order[3]).toContain("Hidden · so few gave one of the answers that they could be guessed");
  });

  it("bound an area's index without a percent sign", () => {
    const changed = withOfficials((officials) => ({ ...officials, factors: [{ id: "F01", n: 220, index: { atLeast: 95 } }] }));
    expect(rows(section(page({}, changed), "factors"))[1]).toMatch(/^ Leadership ≥ 95 n = 220 41/);
  });

  it("name whose wording is whose where a pair is worded differently, and gaps of nothing", () => {
    const officials = sampleOptions.questionnaires.officials;
    if (officials === undefined) throw new TypeError("no sample");
    const sections = officials.sections.map((part) => ({
      ...part,
      items: part.items.map((item) => ({ ...item, text: { en: `We: ${item.text.en}` } })),
    }));
    const gaps = results.gaps.map((gap) => ({ ...gap, points: 0, higher: "even" }));
    const document = page(
      { questionnaires: { ...sampleOptions.questionnaires, officials: { ...officials, sections } } },
      { ...results, gaps },
    );
    expect(rows(section(document, "gaps"))[1]).toMatch(/Customs officials We: .* Private sector .*no difference/);
  });

  it("are refused where figures and texts do not belong together", () => {
    const stranger = {
      mirror: "M01",
      sides: [
        { audience: "nobody", item: "O1" },
        { audience: "officials", item: "O1" },
      ],
      points: 1,
      higher: "even",
    } as const;
    expect(() => page({}, { ...results, gaps: [stranger] })).toThrow(TypeError);
    const options = withOfficials((officials) => ({
      ...officials,
      items: officials.items.map((item) =>
        item.id === "Y1" && "options" in item ? { ...item, options: item.options.map((option) => ({ ...option, id: "z" })) } : item,
      ),
    }));
    expect(() => page({}, options)).toThrow(TypeError);
  });
});

describe("texts from elsewhere", () => {
  const hostile = `"><img src=x onerror=alert(1)>'&<script>`;

  it("are escaped wherever they stand", () => {
    const questionnaires = JSON.parse(JSON.stringify(sampleOptions.questionnaires), (key, value) =>
      ["en", "fr", "ar"].includes(key) && typeof value === "string" ? hostile : value,
    );
    const audiences = results.audiences.map((audience) => ({ ...audience, title: { en: hostile } }));
    const document = page({ questionnaires, title: { en: hostile }, brand: { name: hostile } }, { ...results, round: hostile, audiences });
    expect(document).not.toMatch(/<img|<script|onerror=(?!alert\(1\)&#62;)/);
    expect(document).toContain("&#34;&#62;&#60;img src=x onerror=alert(1)&#62;&#39;&#38;&#60;script&#62;");
  });

  it("in another language say so", () => {
    const document = page({ locale: "ar", title: { fr: "Enquête" } });
    expect(document).toContain('<span lang="fr" dir="auto">Enquête</span>');
  });

  it.each([
    ["a logo of another host", { brand: { name: "x", logo: "https://example.org/x.png" } }],
    ["a logo that is a script", { brand: { name: "x", logo: "javascript:alert(1)" } }],
    ["a logo that is a page", { brand: { name: "x", logo: "data:text/html;base64,AAAA" } }],
    ["a logo without a scheme but with a host", { brand: { name: "x", logo: "//example.org/x.png" } }],
    ["a stylesheet of another host", { stylesheet: "https://example.org/x.css" }],
    ["a stylesheet that closes the tag", { stylesheet: 'x.css"><script>' }],
    ["a link to another host", { alternates: { fr: "//example.org" } }],
    ["a table that is a script", { csv: "javascript:alert(1)" }],
    ["a digest that is none", { digest: "5F".repeat(32) }],
    ["a language it does not have", { locale: "toString" as "en" }],
    ["a colour that is more than one", { brand: { name: "x", colours: { primary: "red;}" } } }],
    ["no questionnaire for an audience", { questionnaires: {} }],
  ])("refuses %s", (_, options) => {
    expect(() => page(options)).toThrow(TypeError);
  });

  it("takes a relative logo or one that is data", () => {
    expect(page({ brand: { name: "x", logo: "img/logo.svg" } })).toContain('<img src="img/logo.svg" alt=""');
    expect(page({ brand: { name: "x", logo: "data:image/png;base64,AAAA" } })).toContain("data:image/png;base64,AAAA");
  });
});
