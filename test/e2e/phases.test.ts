import { readFile } from "node:fs/promises";
import { type Credential, openInvitation, openRound } from "@amana/client";
import type { SecretCode } from "@amana/core/bytes";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { SurveyForm } from "./support/survey-form.ts";
import { startTrial, type Trial, WAVE } from "./support/trial.ts";
import { fits, Visit } from "./support/visit.ts";

/* A round in which people enrol first and answer later: both visits, and each way in which the second may not be possible. */

const HOUR = 3600;
const OTHERS = 12;
let trial: Trial;
let browser: Browser;
/** Unix seconds at which enrolment opened. */
let start = 0;
let arabicCode = "";
let loneCode = "";
const others: SecretCode[] = [];

const options = () => ({ programme: trial.programme, now: trial.clock.now, wait: async () => undefined });

beforeAll(async () => {
  browser = await startChromium();
  trial = await startTrial({ phases: { enrolmentEnds: 2 * HOUR, answeringOpens: 3 * HOUR } });
  start = (await openRound(trial.url, WAVE, options())).manifest.windows.enrolmentOpen;
  for (const link of (await trial.world.links("private-sector")).slice(-OTHERS)) {
    const round = await openInvitation(link, options());
    const code = round.newSecretCode();
    await round.enrol(code);
    others.push(code);
  }
});

afterAll(async () => {
  await browser?.close();
  await trial?.stop();
});

/** A visit from a fresh profile whose clock says `after` seconds since the start. */
async function visiting(locale: string, after: number, work: (visit: Visit, look: () => Promise<void>) => Promise<void>): Promise<void> {
  const visit = await Visit.start(browser, { origin: new URL(trial.url).origin, locale });
  await visit.page.clock.setFixedTime(new Date((start + after) * 1000));
  const look = async (): Promise<void> => {
    expect(await axeViolations(visit.page)).toEqual([]);
    await fits(visit.page);
  };
  await work(visit, look);
  await visit.end();
}

/** Types a code on the way back and waits for the heading of what comes of it. */
async function typeCode(form: SurveyForm, code: string, heading: string): Promise<void> {
  const { survey, common } = form.words;
  await form.button(survey.haveCode).click();
  await form.page.getByLabel(common.codeEnter, { exact: true }).fill(code);
  await form.button(common.codeOpen).click();
  await form.heading(heading).waitFor();
}

/** Somebody else comes back and answers, with a client of their own. */
async function someoneElse(): Promise<void> {
  const code = others.pop();
  if (code === undefined) throw new Error("everybody has answered");
  const credential: Credential = await (await openRound(trial.url, WAVE, options())).resume(code);
  await credential.submit({});
}

describe("a round with phases, in a browser", () => {
  it("first visit, in Arabic: the secret code, enrolled, when to come back, a calendar file that says nothing", () =>
    visiting("ar", 60, async (visit, look) => {
      const { page } = visit;
      const form = new SurveyForm(page, "ar");
      const { survey } = form.words;
      await form.open(await trial.link("private-sector"));
      await page.getByText(survey.separation.trialPhases, { exact: true }).waitFor();
      await look();
      await form.button(survey.begin).click();
      // Who leaves no trace could not come back: it is not offered.
      expect(await page.getByText(survey.leaveNoTrace).count()).toBe(0);
      await look();
      expect(visit.exchanges).toEqual([]);
      arabicCode = await form.confirmCode();
      await form.heading(survey.waitTitle).waitFor();
      await look();
      await page.getByLabel(survey.calendarName, { exact: true }).fill("موعد عند طبيب الأسنان، لا تنسَ أوراق التأمين");
      const [download] = await Promise.all([page.waitForEvent("download"), form.button(survey.calendarSave).click()]);
      expect(download.suggestedFilename()).toBe("reminder.ics");
      const file = await readFile(await download.path(), "utf8");
      const lines = file.replaceAll("\r\n ", "").split("\r\n");
      expect(lines.map((line) => line.split(/[:;]/)[0])).toEqual([
        ...["BEGIN", "VERSION", "PRODID", "BEGIN", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP", "END", "END", ""],
      ]);
      expect(lines).toContain("SUMMARY:موعد عند طبيب الأسنان، لا تنسَ أوراق التأمين");
      expect(file).not.toMatch(/amana|http|127\.0\.0\.1|wave|survey|Customs/i);
      await form.button(survey.finish).click();
      await page.waitForURL("about:blank");
      expect(visit.exchanges.map(({ path, status }) => `${path} ${status}`)).toEqual(["/issuers/private-sector-issuer/enrolments 200"]);
    }));

  it("somebody of a group in which nobody else enrols", () =>
    visiting("fr-FR", 120, async ({ page }) => {
      const form = new SurveyForm(page, "fr");
      await form.open(await trial.link("officials"));
      await form.button(form.words.survey.begin).click();
      loneCode = await form.confirmCode();
      await form.heading(form.words.survey.waitTitle).waitFor();
    }));

  it("too early, in English: not yet, and when; nothing but what everybody fetches is asked for", () =>
    visiting("en-GB", HOUR, async (visit, look) => {
      const form = new SurveyForm(visit.page, "en");
      await form.open(`${trial.url}${WAVE}`);
      await look();
      await typeCode(form, arabicCode, form.words.survey.earlyTitle);
      await look();
      expect(visit.exchanges).toEqual([]);
    }));

  it("its time has come, but the issuers' lists are not public: says so, sends nothing, and can be tried again", () =>
    visiting("fr-FR", 4 * HOUR, async (visit, look) => {
      const form = new SurveyForm(visit.page, "fr");
      const { survey, common } = form.words;
      await form.open(`${trial.url}${WAVE}`);
      await typeCode(form, arabicCode, survey.unsettledTitle);
      await look();
      await form.button(common.tryAgain).click();
      await form.heading(survey.unsettledTitle).waitFor();
      expect(visit.exchanges).toEqual([]);
    }));

  it("between the visits, with an invitation that was not used: enrolment is over", () =>
    visiting("ar", 2 * HOUR + 60, async (visit, look) => {
      const form = new SurveyForm(visit.page, "ar");
      await form.open(await trial.link("private-sector"));
      await visit.page.getByText(form.words.survey.enrolmentOverTitle, { exact: true }).waitFor();
      expect(await form.button(form.words.survey.begin).count()).toBe(0);
      await look();
    }));

  it("second visit, in French from a fresh profile with the code alone: answered, kept and in the ledger", async () => {
    for (const after of [2 * HOUR + 1, 3 * HOUR + 1]) {
      trial.clock.moveTo(start + after);
      await trial.server.tick();
    }
    await visiting("fr-FR", 3 * HOUR + 60, async (visit, look) => {
      const form = new SurveyForm(visit.page, "fr");
      const { survey, common } = form.words;
      await form.open(`${trial.url}${WAVE}`);
      await look();
      await form.button(survey.haveCode).click();
      await visit.page.getByLabel(common.codeEnter, { exact: true }).fill("0000-0000-0000-0000-0000-0000-00S");
      await form.button(common.codeOpen).click();
      // Well formed, but nobody's: the check character of sixteen zero bytes, or a typing mistake where it is another.
      await visit.page.locator(".field-error").filter({ hasText: /\S/ }).waitFor();
      await look();
      await visit.page.getByLabel(common.codeEnter, { exact: true }).fill(arabicCode);
      await form.button(common.codeOpen).click();
      await form.heading(survey.returnedTitle).waitFor();
      await look();
      await form.button(survey.answerNow).click();
      await form.element.locator("fieldset.question").first().waitFor();
      await form.answerRest(1, "");
      await form.send();
      await form.heading(survey.receiptTitle).waitFor();
      await look();
      await form.checkKept(someoneElse);
      expect((await visit.submissions()).map(({ status }) => status)).toEqual([200]);
    });
  });

  it("answered before: changed in Arabic with the same code, from yet another profile", () =>
    visiting("ar", 3 * HOUR + 300, async (visit) => {
      const form = new SurveyForm(visit.page, "ar");
      const { survey } = form.words;
      await form.open(`${trial.url}${WAVE}`);
      await form.comeBack(arabicCode);
      await visit.page.getByText(survey.stateKept).waitFor();
      await form.button(survey.change).click();
      await form.answerRest(2, "");
      await form.send();
      await form.heading(survey.receiptTitle).waitFor();
    }));

  it("a group that is too small is told that the round does not open for it", () =>
    visiting("fr-FR", 3 * HOUR + 360, async (visit, look) => {
      const form = new SurveyForm(visit.page, "fr");
      await form.open(`${trial.url}${WAVE}`);
      await typeCode(form, loneCode, form.words.survey.tooFewTitle);
      await look();
      expect(visit.exchanges).toEqual([]);
    }));

  it("passes the audit", async () => {
    const { result } = await trial.world.amana(["verify", trial.url], 0);
    expect(result).toBeDefined();
  });
});
