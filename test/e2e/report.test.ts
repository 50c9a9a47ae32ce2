import { CATALOGUES } from "@amana/elements";
import { CHANNEL, HANDLER } from "@amana/example-trial";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { startTrial, type Trial } from "./support/trial.ts";
import { Visit } from "./support/visit.ts";

const words = CATALOGUES.fr;
const { report, common } = words;
const STORY = "On nous a fait attendre trois semaines, jusqu’à ce que nous comprenions.";
const REPLY = "Merci. Était-ce toujours le même bureau ?";
const MORE = "Oui, toujours le même.";

let trial: Trial;
let browser: Browser;
let code = "";
let reference = "";

beforeAll(async () => {
  [trial, browser] = await Promise.all([startTrial(), startChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await trial?.stop();
});

const visit = (): Promise<Visit> => Visit.start(browser, { origin: new URL(trial.url).origin, locale: "fr" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function open(page: Page): Promise<void> {
  await page.goto(`${trial.url}${CHANNEL}`);
  await button(page, words.name).click();
  await button(page, report.write).waitFor();
}

it("a report is written in the form, with the secret code confirmed", async () => {
  const someone = await visit();
  const { page } = someone;
  const sound = async (): Promise<void> => expect(await axeViolations(page)).toEqual([]);
  await open(page);
  await sound();
  await button(page, report.write).click();
  for (const group of await page.locator("amana-report fieldset:visible").all()) await group.locator(".choice").first().click();
  await page.locator("amana-report textarea:visible").fill(STORY);
  await sound();
  await button(page, common.next).click();
  await page.getByRole("heading", { name: report.detailTitle, exact: true }).waitFor();
  await sound();
  await button(page, common.next).click();
  await page.locator(".secret").waitFor();
  await sound();
  code = ((await page.locator(".secret").textContent()) ?? "").replace(/\s/g, "");
  await page.getByLabel(common.codeConfirm).fill(code.split("-").at(-1) as string);
  await button(page, report.confirm).click();
  await page.getByRole("heading", { name: report.reviewTitle, exact: true }).waitFor();
  await sound();
  await button(page, report.send).click();
  await page.getByRole("heading", { name: report.sentTitle, exact: true }).waitFor({ timeout: 60_000 });
  await sound();
  const [sent] = await someone.submissions();
  expect(sent?.body.includes("semaines")).toBe(false);
  await someone.end();
});

it("a handler opens it on their own machine and answers", async () => {
  const listed = await trial.world.as(HANDLER, ["reports", "list", "--round", CHANNEL]);
  reference = (listed.result as { reports: { reference: string }[] }).reports[0]?.reference as string;
  const opened = await trial.world.as(HANDLER, ["reports", "open", reference, "--round", CHANNEL]);
  expect(JSON.stringify(opened.result)).toContain(STORY);
  await trial.world.as(HANDLER, ["reports", "reply", reference, "--round", CHANNEL, "--text", REPLY]);
});

it("the reply is read with the code in a fresh profile, with the organisation's name, and answered", async () => {
  const someone = await visit();
  const { page } = someone;
  await open(page);
  await button(page, report.haveCode).click();
  await page.getByLabel(common.codeEnter, { exact: true }).fill(code);
  await button(page, common.codeOpen).click();
  await page.getByRole("heading", { name: report.conversation, exact: true }).waitFor();
  await expect
    .poll(
      async () => {
        await button(page, report.refresh).click();
        return page.locator("amana-report").getByText(REPLY).count();
      },
      { timeout: 30_000, interval: 1000 },
    )
    .toBe(1);
  const conversation = await page.locator("amana-report").textContent();
  expect(
    await page.locator("amana-report").getByText("Observatoire indépendant de l’intégrité").count(),
    conversation ?? "",
  ).toBeGreaterThan(0);
  expect(await axeViolations(page)).toEqual([]);
  await page.locator("amana-report textarea:visible").fill(MORE);
  await button(page, report.followUpSend).click();
  await page.getByText(report.followUpSent).waitFor({ timeout: 60_000 });
  await someone.end();
});

it("the handler sees the follow-up", async () => {
  const opened = await trial.world.as(HANDLER, ["reports", "open", reference, "--round", CHANNEL]);
  expect(JSON.stringify(opened.result)).toContain(MORE);
});
