import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHANNEL, Clock, freePort, startServer, type TrialServer, World } from "@amana/example-trial";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { needBuiltForm } from "./support/form-build.ts";
import { ReportForm } from "./support/report-form.ts";
import { fits, Visit } from "./support/visit.ts";

const STORY = "They kept the container seven weeks and smiled-about-it.";
const PAST = { round: "reports-0", lasts: 3600, successor: CHANNEL };

let folder: string;
let url: string;
let world: World;
let server: TrialServer;
let browser: Browser;

beforeAll(async () => {
  await needBuiltForm();
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), "amana-kiosk-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}/`;
  const clock = new Clock();
  world = new World(folder, url, clock.now);
  await world.prepare();
  server = await startServer({ data: world.data, port, now: clock.now });
  await world.amana(["trust", url, "--yes"]);
  const wave = "ab".repeat(32);
  for (const channel of [{}, PAST]) await world.launchChannel(wave, 1, channel);
  clock.moveTo(Date.now() / 1000 + PAST.lasts + 60);
  await server.tick();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function visiting(locale: string, work: (visit: Visit, look: () => Promise<void>) => Promise<void>): Promise<void> {
  const visit = await Visit.start(browser, { origin: new URL(url).origin, locale });
  const look = async (): Promise<void> => {
    expect(await axeViolations(visit.page)).toEqual([]);
    await fits(visit.page);
  };
  await work(visit, look);
  await visit.end();
}

/** Everything that can be read on the page: text, and what stands in its fields. */
const readable = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const root = document.querySelector("amana-report")?.shadowRoot;
    const fields = [...(root?.querySelectorAll<HTMLInputElement>("input, textarea, select") ?? [])].map(({ value }) => value);
    return [document.body.innerHTML, root?.innerHTML ?? "", ...fields].join("\n");
  });

describe("a report on a device that many share", () => {
  it("that slept while somebody wrote is cleared by the touch that wakes it", () =>
    visiting("ar", async ({ page }, look) => {
      const form = new ReportForm(page, "ar");
      const { report } = form.words;
      await page.clock.install();
      await page.goto(`${url}${CHANNEL}?kiosk`);
      await form.button(form.words.name).click();
      await form.button(report.write).click();
      await page.getByLabel(report.narrative).fill(STORY);
      await page.clock.fastForward(125_000);
      await page.getByRole("alertdialog", { name: report.kioskAsk }).waitFor();
      await look();
      await form.button(report.kioskStay).click();
      await page.clock.pauseAt(Date.now() + 3600_000);
      await page.mouse.click(10, 400);
      await form.button(form.words.name).waitFor();
      expect(await readable(page)).not.toContain(STORY);
      await page.clock.resume();
    }));
});

describe("a channel that is over", () => {
  it("names the one after it; leaving now leaves nothing to come back to", () =>
    visiting("fr-FR", async ({ page }, look) => {
      const form = new ReportForm(page, "fr");
      const { report, common } = form.words;
      await page.goto(`${url}${PAST.round}`);
      await form.button(form.words.name).click();
      await page.getByText(report.closedTitle).waitFor();
      await look();
      expect(await form.button(report.write).count()).toBe(0);
      await form.button(report.successorGo).focus();
      await page.keyboard.press("Enter");
      await form.button(report.write).waitFor();
      await form.button(report.write).click();
      await page.getByLabel(report.narrative).fill(STORY);
      await form.button(common.leave).click();
      await page.waitForURL("about:blank");
      const length = await page.evaluate(() => history.length);
      expect(length).toBe(2);
      await page.goBack();
      expect(page.url()).not.toContain(PAST.round);
      await page.goForward();
      expect(page.url()).toBe("about:blank");
      expect(await readable(page)).not.toContain(STORY);
    }));
});
