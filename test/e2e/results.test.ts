import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clock, cycle, freePort, startServer, type TrialServer, WAVE } from "@amana/example-trial";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { Visit } from "./support/visit.ts";

let folder = "";
let base = "";
let server: TrialServer;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "amana-results-"));
  await cycle({ folder, officials: 20, privateSector: 24, say: () => undefined });
  const clock = new Clock();
  clock.moveTo(Date.now() / 1000 + 60 * 86_400);
  const port = await freePort();
  base = `http://127.0.0.1:${port}/`;
  server = await startServer({ data: join(folder, "data"), port, now: clock.now });
  browser = await startChromium();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

it.each([
  ["ar", "rtl"],
  ["fr", "ltr"],
  ["en", "ltr"],
])("the results page in %s is readable without JavaScript, says what it counted, and fits a phone", async (locale, direction) => {
  const visit = await Visit.start(browser, { origin: new URL(base).origin, locale, width: 320, javaScript: false });
  await visit.page.goto(`${base}releases/${WAVE}/${locale}.html`);
  expect(await visit.page.locator("html").getAttribute("dir")).toBe(direction);
  expect(await visit.page.locator("h1").count()).toBe(1);
  expect(await visit.page.locator("table").count()).toBeGreaterThan(10);
  expect(await visit.page.locator("script").count()).toBe(0);
  await visit.context.close();
});

it("axe finds no violation on it", async () => {
  for (const locale of ["ar", "fr", "en"]) {
    const visit = await Visit.start(browser, { origin: new URL(base).origin, locale });
    await visit.page.goto(`${base}releases/${WAVE}/${locale}.html`);
    expect(await axeViolations(visit.page), locale).toEqual([]);
    const over = await visit.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over).toBeLessThanOrEqual(0);
    await visit.end();
  }
});
