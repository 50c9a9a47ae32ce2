import { describe, expect, it } from "vitest";
import { rows, section, textOf } from "../../fixtures/reading.ts";
import { sampleOptions, sampleResults } from "../../fixtures/sample.ts";
import type { Results } from "../document/index.ts";
import { CATALOGUES, type Messages, type ResultsPageOptions, resultsPage, resultsStylesheet } from "./index.ts";

const results = sampleResults();
const LOCALES = ["ar", "en", "fr"] as const;
const page = (options: Partial<ResultsPageOptions> = {}, of: Results = results): string =>
  resultsPage(of, { ...sampleOptions, ...options });

describe("resultsPage", () => {
  it.each(LOCALES)("needs no script and no inline style in %s, and asks nobody else for anything", (locale) => {
    const document = page({ locale, trial: true, csv: "results.csv", alternates: { ar: "ar.html", en: "en.html", fr: "fr.html" } });
    expect(document).not.toMatch(/<script|<style|\sstyle=|\son[a-z]+=|javascript:|<iframe|<object|<base|<form/i);
    expect(document.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|src="\/\/|url\(/);
    expect(document.match(/<link rel="stylesheet" href="results\.css">/g)).toHaveLength(1);
  });

  it.each(LOCALES)("is a whole document in %s: language, direction, closed tags, unique ids, links that lead somewhere", (locale) => {
    const document = page({ locale });
    expect(document).toContain(`<html lang="${locale}" dir="${locale === "ar" ? "rtl" : "ltr"}">`);
    for (const tag of [
      "html",
      "body",
      "main",
      "section",
      "table",
      "tr",
      "td",
      "th",
      "svg",
      "span",
      "bdi",
      "p",
      "ul",
      "li",
      "article",
      "div",
    ]) {
      expect([tag, document.match(new RegExp(`<${tag}[\\s>]`, "g"))?.length]).toEqual([
        tag,
        document.match(new RegExp(`</${tag}>`, "g"))?.length,
      ]);
    }
    const ids = [...document.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of document.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    expect(document).not.toMatch(/undefined|NaN|\[object/);
  });

  it("tells the story first: who took part, gaps, priorities, areas, questions, method", () => {
    const order = [...page().matchAll(/<section id="([a-z]+)"/g)].map(([, id]) => id);
    expect(order).toEqual(["participation", "gaps", "priorities", "factors", "questions", "method"]);
  });

  it("says how many, and how far they trusted the survey, before any other figure", () => {
    const text = textOf(section(page(), "participation"));
    expect(text).toContain("Customs officials 220 answers counted of 400 people who were invited");
    expect(text).toContain("I believe my answers here cannot be traced to me. Favourable 56% 49–63 n = 210");
    expect(text).toContain("Private sector 280 answers counted of 1200 people");
  });

  it("opens with the five largest gaps, with shares, n and the interval of the difference", () => {
    const gaps = rows(section(page(), "gaps")).filter((row) => row.includes("points"));
    const points = gaps.map((row) => Number(row.match(/(\d+) points/)?.[1]));
    expect(points).toHaveLength(10);
    expect(points).toEqual([...points].sort((a, b) => b - a));
    const leaders = gaps.find((row) => row.includes("Senior managers"));
    expect(leaders).toMatch(/65% 58–71 n = 220 .* 23% 18–28 n = 280 .*42 points 34–50 higher: Customs officials/);
    expect(gaps.join()).toContain("8 points −1 … 17 higher: Private sector");
  });

  it("gives each drawing a title, and each row of drawings its figures", () => {
    const document = page();
    const drawings = document.match(/<svg class="chart"/g)?.length ?? 0;
    expect(document.match(/<svg class="chart"[^>]*><title>[^<]+<\/title>/g)).toHaveLength(drawings);
    expect(drawings).toBeGreaterThan(60);
    expect(document).toContain("<title>Favourable: 65%; Neutral: 18%; Unfavourable: 17%</title>");
  });

  it("gives with each question what its shares rest on", () => {
    const row = rows(section(page(), "questions")).find((text) => text.includes("Customs officials The same case"));
    expect(row).toContain("(agreeing is unfavourable here)");
    expect(row).toContain("n = 195 of 220 asked · don’t know: 15 · prefer not to say: 0–2 · left open: 10");
    expect(row).toContain("48% 41–55 19% 14–25 33% 27–40");
  });

  it("never repeats a comment", () => {
    for (const locale of LOCALES) expect(page({ locale })).not.toMatch(/comment \d/);
  });

  it("says trial before any figure, and only in a trial", () => {
    const trial = textOf(page({ trial: true }));
    expect(trial.indexOf("must not be quoted")).toBeGreaterThan(0);
    expect(trial.indexOf("must not be quoted")).toBeLessThan(trial.indexOf("220"));
    expect(textOf(page())).not.toContain("must not be quoted");
  });

  it("shows digest, plan, and where the data are", () => {
    const text = textOf(section(page({ csv: "results.csv" }), "method"));
    expect(text).toContain("5f".repeat(32));
    expect(text).toContain(results.plan);
    expect(text).toContain("fewer than 10 answers");
    expect(page({ csv: "results.csv" })).toContain('href="results.csv"');
  });

  it("is the same for the same input", () => {
    expect(page()).toBe(page());
  });
});

describe("hidden figures", () => {
  const small = sampleResults(32, 8);

  it.each(LOCALES)("are a word with a reason in %s, never a zero and never an empty cell", (locale) => {
    const { messages } = CATALOGUES[locale];
    const document = page({ locale }, small);
    const text = textOf(document);
    expect(text).toContain(`${messages.hidden} · ${messages.belowMinimum.replace("{minimum}", "10")}`);
    expect(document).not.toMatch(/<td[^>]*>\s*<\/td>/);
    const cells = document.match(/<td role="cell" class="number".*?<\/td>/gs) ?? [];
    for (const cell of cells) expect(textOf(cell)).toMatch(/\d|–|·/);
  });

  it("take the place of everything of an audience below the minimum", () => {
    const document = page({}, small);
    expect(textOf(section(document, "participation"))).toContain("Private sector Hidden · fewer than 10 answers 1200 people were invited");
    expect(textOf(section(document, "gaps"))).toContain("No question that was put to both sides can be compared here.");
    expect(rows(section(document, "gaps")).filter((row) => row.includes("one of the two figures is hidden"))).toHaveLength(10);
    expect(textOf(section(document, "priorities"))).toContain("Hidden · fewer than 10 answers");
    for (const row of rows(section(document, "questions")).filter((text) => text.includes("Private sector")))
      expect(row).toContain("Hidden ·");
  });

  it("show bounds as bounds, and what was hidden to protect them", () => {
    const row = rows(section(page(), "questions")).find((text) => text.includes("Customs officials It is possible to find out"));
    expect(row).toMatch(/81% 75–86 Hidden · it would give back another hidden figure ≤ 5%/);
  });

  it("say when shares leave out the answers of few", () => {
    const [officials, traders] = results.audiences;
    if (officials === undefined || traders === undefined) throw new TypeError("no sample");
    const items = officials.items.map((item) =>
      item.id === "X1" && item.kind === "single" && "options" in item
        ? { ...item, options: item.options.map((option, i) => (i === 0 ? { ...option, share: { atMost: 5 } } : option)) }
        : item,
    );
    const changed: Results = { ...results, audiences: [{ ...officials, items }, traders] };
    expect(textOf(page({}, changed))).toContain("The other shares leave out the answers that at most 5% gave.");
    expect(textOf(page())).not.toContain("leave out");
  });
});

describe("catalogues", () => {
  it.each(LOCALES)("%s has every text, the same places as English, and says that nobody has reviewed it", (locale) => {
    const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, place]) => place as string).sort();
    for (const key of Object.keys(CATALOGUES.en.messages) as (keyof Messages)[]) {
      const text = CATALOGUES[locale].messages[key];
      expect(text.trim()).not.toBe("");
      expect([key, places(text)]).toEqual([key, places(CATALOGUES.en.messages[key])]);
      if (locale === "ar" && !["base", "percent", "points"].includes(key)) expect(text).toMatch(/[\u0600-\u06FF]/);
      expect(text).toBe(text.normalize("NFC"));
    }
    expect(CATALOGUES[locale].review).toBe("none");
  });
});

describe("resultsStylesheet", () => {
  it("takes the brand's colour and nothing from elsewhere", () => {
    expect(resultsStylesheet({ primary: "#aa3300" })).toContain("--brand: #aa3300;");
    expect(resultsStylesheet()).not.toMatch(/@import|url\(|https?:/);
    expect(() => resultsStylesheet({ primary: "#aa3300;}" })).toThrow(TypeError);
    const sheet = resultsStylesheet();
    expect(sheet.match(/\{/g)?.length).toBe(sheet.match(/\}/g)?.length);
  });
});
