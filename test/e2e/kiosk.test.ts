import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHANNEL, Clock, freePort, startServer, type TrialServer, World } from "@amana/example-trial";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { needBuiltForm } from "./support/form-build.ts";
import { heapHas } from "./support/heap.ts";
import { ReportForm } from "./support/report-form.ts";
import { focused } from "./support/survey-form.ts";
import { fits, Visit } from "./support/visit.ts";

const STORY = "They kept the container seven weeks and smiled-about-it.";
const OFFICES = [
  { id: "port-a", name: { ar: "الميناء الأول", en: "Port A", fr: "Port A" }, people: 3 },
  { id: "port-b", name: { ar: "الميناء الثاني", en: "Port B", fr: "Port B" }, people: 140 },
];
const CUSTOMS = {
  round: "reports-customs",
  handler: "customs",
  title: { ar: "قناة الجمارك", en: "Customs channel", fr: "Canal des douanes" },
};
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
  for (const channel of [{}, CUSTOMS, PAST]) await world.launchChannel(wave, 1, channel);
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
  it("names an office only after the number of people there, and goes to another organisation; nothing of it is left for the next person", () =>
    visiting("en-GB", async ({ page }, look) => {
      const form = new ReportForm(page, "en");
      const { report, common, options } = form.words;
      const people = (count: string, office: string): string =>
        report.officePeople.other.replace("{count}", count).replace("{office}", office);
      await page.clock.install();
      await page.goto(`${url}${CHANNEL}?kiosk`);
      await form.button(form.words.name).waitFor();
      await form.element.evaluate((element, offices) => element.setAttribute("offices", offices), JSON.stringify(OFFICES));
      await form.button(form.words.name).click();
      await form.button(report.write).click();
      await page.getByLabel(options.role.options.trader).check();
      await page.getByLabel(options.type.options["undue-delay"]).check();
      await page.getByLabel(report.narrative).fill(STORY);
      // A shared device is no place for anybody's files.
      expect(await form.button(form.words.files.choose).count()).toBe(0);
      await form.button(common.next).click();

      await page.getByText(report.officeTitle).click();
      await page.getByLabel(report.office, { exact: true }).selectOption("port-a");
      await page.getByText(people("3", "Port A")).waitFor();
      await look();
      await form.button(report.officeName).click();
      await page.getByText(report.officeNamed.replace("{office}", "Port A")).waitFor();
      await page.getByLabel(report.office, { exact: true }).selectOption("port-b");
      await page.getByText(people("140", "Port B")).waitFor();
      await form.button(common.next).click();

      await form.heading(report.keepTitle).waitFor();
      expect(await form.button(common.copy).count()).toBe(0);
      await form.button(report.confirm).click();
      await page.getByText(common.codeWrong).waitFor();
      await look();
      const code = await form.confirmCode();

      await form.heading(report.reviewTitle).waitFor();
      // The other office was looked at, not named.
      expect((await form.element.locator("dl").allTextContents()).join()).not.toContain("Port");
      await page.getByText(report.conflictTitle).click();
      await form.button(report.conflictLook).click();
      await form.button(report.conflictGo.replace("{channel}", CUSTOMS.title.en)).waitFor();
      await look();
      await form.button(report.conflictGo.replace("{channel}", CUSTOMS.title.en)).click();
      await page.getByText("Customs Administration", { exact: false }).first().waitFor();
      await form.button(report.send).click();
      await form.heading(report.sentTitle).waitFor();
      await page.getByText(report.moved.replace("{channel}", CUSTOMS.title.en)).first().waitFor();
      await form.button(report.conversation).click();
      await form.heading(report.conversation).waitFor();
      await page.getByText(STORY).waitFor();
      await page.getByLabel(report.followUp, { exact: true }).focus();

      // Nobody touches it: it asks, in front of everything, and the focus cannot leave the question.
      await page.clock.runFor(121_000);
      const question = page.getByRole("alertdialog", { name: report.kioskAsk });
      await question.waitFor();
      await look();
      for (const _turn of [1, 2, 3, 4]) {
        const { text, tag } = await focused(page);
        expect([report.kioskStay, report.kioskDone, tag === "body" ? text : null]).toContain(text);
        await page.keyboard.press("Tab");
      }
      expect(
        await page.evaluate(
          () => document.querySelector("amana-report")?.shadowRoot?.elementFromPoint(180, 60)?.closest("dialog") !== null,
        ),
      ).toBe(true);
      // A touch is no answer: it may be the next person's.
      await page.mouse.click(180, 60);
      expect(await question.isVisible()).toBe(true);
      await form.button(report.kioskStay).focus();
      await page.keyboard.press("Enter");
      await question.waitFor({ state: "detached" });
      expect((await focused(page)).tag).toBe("textarea");
      await page.getByText(STORY).waitFor();

      expect(await heapHas(page, STORY)).toBe(true);
      const before = await page.evaluate(() => history.length);
      await page.clock.runFor(151_000);
      await form.button(form.words.name).waitFor();
      expect(await question.count()).toBe(0);
      const left = [STORY, code.split("-").at(-1) as string, CUSTOMS.title.en];
      for (const text of left) expect(await readable(page)).not.toContain(text);
      for (const text of [STORY, code]) expect(await heapHas(page, text), text).toBe(false);
      expect(await page.evaluate(() => [history.length, history.state, sessionStorage.length])).toEqual([before, null, 0]);
      // Forth and back again: what the browser kept of the page is no more than that.
      await page.goto(`${url}?elsewhere`);
      await page.goBack();
      await form.button(form.words.name).waitFor();
      for (const text of left) expect(await readable(page)).not.toContain(text);
      await look();
      const told = await world.as(CUSTOMS.handler, ["reports", "list", "--round", CUSTOMS.round]);
      expect(told.result).toMatchObject({ reports: [{ messages: 1 }] });
    }));

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
