import { WAVE } from "@amana/example-trial";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FinishedTrial, finishedTrial } from "../support/finished-trial.ts";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { needBuiltForm } from "./support/form-build.ts";
import { SurveyForm } from "./support/survey-form.ts";
import { Visit } from "./support/visit.ts";

let trial: FinishedTrial;
let browser: Browser;

beforeAll(async () => {
  await needBuiltForm();
  browser = await startChromium();
  trial = await finishedTrial();
});

afterAll(async () => {
  await browser?.close();
  await trial?.remove();
});

/** Visits the published results while they are served. */
function visiting(options: { readonly javaScript: boolean; readonly width: number }, work: (visit: Visit, url: string) => Promise<void>) {
  return trial.serving(trial.data, async (url) => {
    const visit = await Visit.start(browser, { origin: new URL(url).origin, locale: "fr-FR", ...options });
    await work(visit, url);
    await visit.end();
  });
}

describe("the results page", () => {
  it("can be read without JavaScript, in three languages, on a telephone and at 320 pixels", () =>
    visiting({ javaScript: false, width: 360 }, async ({ page }, url) => {
      const response = await page.goto(`${url}releases/${WAVE}/`);
      expect(response?.status()).toBe(200);
      expect(response?.headers()["content-security-policy"]).not.toMatch(/script|unsafe/);
      expect(await page.locator("script").count()).toBe(0);
      for (const language of ["ar", "fr", "en"]) {
        expect((await page.goto(`${url}releases/${WAVE}/${language}.html`))?.status()).toBe(200);
        expect(await page.locator("html").getAttribute("lang")).toBe(language);
        expect(await page.locator("html").getAttribute("dir")).toBe(language === "ar" ? "rtl" : "ltr");
        expect(await page.locator("script").count()).toBe(0);
        expect(await page.locator("table").count()).toBeGreaterThan(5);
        // Twelve of each audience are counted; so small a group is told in tens, and what would tell of few is suppressed.
        const text = (await page.locator("body").textContent()) ?? "";
        expect(text).toMatch(/\b10\b/);
        expect(text).toContain({ ar: "محجوب", fr: "masqué", en: "Hidden" }[language]);
        await fits(page);
      }
    }));

  it("has no violation of accessibility, on a telephone and on a desk", () =>
    visiting({ javaScript: true, width: 360 }, async ({ page }, url) => {
      await page.goto(`${url}releases/${WAVE}/`);
      for (const language of ["fr", "en", "ar"]) {
        await page.goto(`${url}releases/${WAVE}/${language}.html`);
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await axeViolations(page), `${language} ${width}`).toEqual([]);
        }
      }
      const links = await page.locator("a[href]").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
      expect(links.length).toBeGreaterThan(0);
      for (const link of new Set(links.map((href) => href.split("#")[0] as string))) {
        expect(link.startsWith(url), link).toBe(true);
        expect((await fetch(link)).status, link).toBe(200);
      }
    }));

  it("the form says that the round is over and takes nothing more", () =>
    visiting({ javaScript: true, width: 360 }, async ({ page }, url) => {
      const form = new SurveyForm(page, "fr");
      await page.goto(url);
      await page.locator(".card").first().waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(await form.button("Ouvrir avec ce code").count()).toBe(0);
    }));
});

/** Nothing to scroll sideways, from 320 pixels on. */
async function fits(page: Visit["page"]): Promise<void> {
  for (const width of [320, 360, 640, 1280]) {
    await page.setViewportSize({ width, height: 700 });
    const [content, room] = await widths(page);
    expect(content, `${width} pixels`).toBeLessThanOrEqual(room);
  }
}

/** Widths of the content and of the window, measured from outside: the page runs no script. */
async function widths(page: Visit["page"]): Promise<[number, number]> {
  const session = await page.context().newCDPSession(page);
  const { cssContentSize, cssLayoutViewport } = await session.send("Page.getLayoutMetrics");
  await session.detach();
  return [cssContentSize.width, cssLayoutViewport.clientWidth];
}
