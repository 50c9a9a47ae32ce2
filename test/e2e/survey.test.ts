import { LANGUAGES } from "@amana/elements";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeViolations } from "./support/axe.ts";
import { startChromium } from "./support/chromium.ts";
import { focused, SurveyForm } from "./support/survey-form.ts";
import { startTrial, type Trial, WAVE } from "./support/trial.ts";
import { type Exchange, fits, Visit } from "./support/visit.ts";

let trial: Trial;
let browser: Browser;
/** Every submission that any visit made, for the comparison of lengths at the end. */
const submissions: Exchange[] = [];
let arabicCode = "";
let frenchCode = "";

beforeAll(async () => {
  browser = await startChromium();
  trial = await startTrial();
});

afterAll(async () => {
  await browser?.close();
  await trial?.stop();
});

/** A watched visit from a fresh profile; everything it promises is asserted at its end. */
async function visiting(locale: string, work: (visit: Visit) => Promise<void>): Promise<void> {
  const visit = await Visit.start(browser, { origin: new URL(trial.url).origin, locale });
  await work(visit);
  submissions.push(...(await visit.submissions()));
  await visit.end();
}

const direction = (visit: Visit): Promise<string | null> => visit.page.locator("html").getAttribute("dir");

describe("a survey, answered in a browser", () => {
  it("in Arabic from the link to the receipt, one screen with the keyboard alone", () =>
    visiting("ar", async (visit) => {
      const { page } = visit;
      const form = new SurveyForm(page, "ar");
      const { survey } = form.words;
      const link = await trial.link("officials");
      const look = async (): Promise<void> => {
        expect(await axeViolations(page)).toEqual([]);
        await fits(visit.page);
      };
      await form.open(link);
      expect(page.url()).toBe(`${trial.url}${WAVE}`);
      expect(await direction(visit)).toBe("rtl");
      expect(await form.element.evaluate((element) => getComputedStyle(element).direction)).toBe("rtl");
      await look();
      await form.button(survey.begin).click();
      await look();
      arabicCode = await form.confirmCode();

      await form.element.locator("fieldset.question").first().waitFor();
      await look();
      await answerWithKeyboard(visit, form);
      await form.answerRest(1, "يفتح الشباك ساعتين فقط في اليوم.", look);
      await look();
      await form.send();
      await form.heading(survey.receiptTitle).waitFor();
      await look();
      await form.checkKept(trial.someoneElse);
      await look();
      await form.button(survey.finish).click();
      await page.waitForURL("about:blank");
    }));

  it("in French, losing the network and then a reply on the way: the same bytes go out again", () =>
    visiting("fr-FR", async (visit) => {
      const { page, context } = visit;
      const form = new SurveyForm(page, "fr");
      const { survey, common, errors } = form.words;
      await form.open(await trial.link("private-sector"));
      await form.button(survey.begin).click();

      // A wrong end of the code is not taken, and nothing is sent for it.
      await page.getByLabel(common.codeConfirm).fill("0000");
      await form.button(survey.enrol).click();
      await page.getByText(common.codeWrong).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      expect(visit.exchanges).toEqual([]);
      frenchCode = await form.confirmCode();
      await form.element.locator("fieldset.question").first().waitFor();
      await form.answerRest(3, "", async () => expect(await axeViolations(page)).toEqual([]));
      expect(await axeViolations(page)).toEqual([]);

      visit.networkIsLost = true;
      await context.setOffline(true);
      await form.send();
      await page.getByText(errors.network).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await fits(visit.page);
      await context.setOffline(false);

      // Now the server gets it, but its reply is lost.
      let lost = 0;
      await page.route("**/submissions", async (route) => {
        await route.fetch();
        lost += 1;
        await route.abort("connectionreset");
      });
      await form.button(common.tryAgain).click();
      await expect.poll(() => lost).toBe(1);
      await form.button(common.tryAgain).waitFor();
      await page.unroute("**/submissions");
      await form.button(common.tryAgain).click();
      await form.heading(survey.receiptTitle).waitFor();
      visit.networkIsLost = false;

      const sent = await visit.submissions();
      expect(sent.length).toBe(3);
      for (const { body } of sent) expect(body.equals(sent[0]?.body as Buffer)).toBe(true);
      await form.checkKept(trial.someoneElse);
      expect(await axeViolations(page)).toEqual([]);
    }));

  it("changed in English with the secret code alone, in a fresh profile", () =>
    visiting("en-GB", async (visit) => {
      const { page } = visit;
      const form = new SurveyForm(page, "en");
      const { survey, common, errors } = form.words;
      const look = async (): Promise<void> => expect(await axeViolations(page)).toEqual([]);
      // From the start page, as somebody without the link would.
      await page.goto(trial.url);
      await form.button("Come back with my secret code").click();
      await form.heading(survey.promiseTitle).waitFor();
      await look();
      await form.button(survey.haveCode).click();
      await look();
      await page.getByLabel(common.codeEnter, { exact: true }).fill(`${frenchCode.slice(0, -1)}${frenchCode.endsWith("A") ? "B" : "A"}`);
      await form.button(common.codeOpen).click();
      await page.getByText(errors.codeTyping).waitFor();
      await look();
      await page.getByLabel(common.codeEnter, { exact: true }).fill(frenchCode.toLowerCase().replaceAll("-", " "));
      await form.button(common.codeOpen).click();
      await form.heading(survey.returnedTitle).waitFor();
      await page.getByText(survey.stateKept).waitFor();
      await look();
      await form.button(survey.change).click();
      await form.answerRest(0, "The guard's name is Mr. Smith, call 0661 23 45 67.", look);
      await look();
      await form.send();
      await form.heading(survey.receiptTitle).waitFor();
      await look();
      await form.checkKept(trial.someoneElse);
      await look();
    }));

  it("withdrawn in French with the secret code, in another fresh profile", () =>
    visiting("fr-FR", async (visit) => {
      const { page } = visit;
      const form = new SurveyForm(page, "fr");
      const { survey } = form.words;
      await form.open(`${trial.url}${WAVE}`);
      await form.comeBack(arabicCode);
      await form.button(survey.withdraw).click();
      expect(await axeViolations(page)).toEqual([]);
      await form.button(survey.withdrawYes).click();
      await form.heading(survey.withdrawnTitle).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await form.checkKept(trial.someoneElse);
    }));

  it("sends as many bytes, and gets as many back, whatever was said", () => {
    // Arabic with a comment, French three times, the change with another comment, the withdrawal.
    expect(submissions.length).toBe(6);
    expect(new Set(submissions.map(({ body }) => body.length)).size).toBe(1);
    const answered = submissions.filter(({ status }) => status !== null);
    expect(answered.length).toBe(4);
    expect(new Set(answered.map(({ status, replyLength }) => `${status} ${replyLength}`)).size).toBe(1);
    expect(new Set(submissions.map(({ body }) => body.toString("hex"))).size).toBe(4);
  });

  it("refuses an invitation that was used, and says what to do", () =>
    visiting("fr-FR", async (visit) => {
      const { page } = visit;
      const form = new SurveyForm(page, "fr");
      const { survey, errors } = form.words;
      await form.open((await trial.world.links("officials"))[0] as string);
      await form.button(survey.begin).click();
      visit.networkIsLost = true; // The console tells of the refusal, a 409.
      await form.confirmCode();
      await page.getByText(errors.invitationUsed).waitFor();
      expect(await axeViolations(page)).toEqual([]);
    }));
});

describe("every step in three languages", () => {
  it("has no violation of accessibility, fits 320 pixels and twice the size, and keeps what was typed", () =>
    visiting("fr-FR", async (visit) => {
      const { page } = visit;
      const form = new SurveyForm(page, "fr");
      const { survey } = form.words;
      /** Every language in turn, French last. */
      const everywhere = async (): Promise<void> => {
        for (const language of [...LANGUAGES.filter((each) => each !== "fr"), "fr"]) {
          await page.locator("select").first().selectOption(language);
          expect(await page.locator("html").getAttribute("lang")).toBe(language);
          expect(await axeViolations(page), language).toEqual([]);
          await fits(visit.page);
        }
      };
      await page.goto(trial.url);
      await page.locator(".card").first().waitFor();
      await everywhere();
      await page.goto(await trial.link("officials"));
      await form.button(form.words.name).waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await form.button(form.words.name).click();
      await form.heading(survey.promiseTitle).waitFor();
      await everywhere();
      await form.button(survey.haveCode).click();
      await everywhere();
      await form.button(form.words.common.back).click();
      await form.button(survey.begin).click();
      await everywhere();
      await form.confirmCode();
      await form.element.locator("fieldset.question").first().waitFor();
      await form.answerRest(0, "Un mot.", everywhere);
      expect(await page.locator(".row dd.none").count()).toBe(0);
      await everywhere();
      await form.send();
      await form.heading(survey.receiptTitle).waitFor();
      await everywhere();
    }));
});

/** Answers the screen with Tab, the arrow keys and the space bar, and goes on with Enter. The focus starts on the heading. */
async function answerWithKeyboard({ page }: Visit, form: SurveyForm): Promise<void> {
  const questions = await form.element.locator("fieldset.question:visible").count();
  const seen = new Set<string>();
  for (let presses = 0; presses < 12 * questions; presses++) {
    await page.keyboard.press("Tab");
    const active = await focused(page);
    if (active.type === "radio" && !seen.has(active.name)) {
      seen.add(active.name);
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowDown");
      expect(await focused(page)).toMatchObject({ type: "radio", name: active.name, checked: true });
    }
    if (active.tag === "button" && active.text === form.words.common.next) break;
  }
  expect(seen.size).toBe(questions);
  expect(await form.element.locator("input:checked").count()).toBe(questions);
  const before = await form.title();
  await page.keyboard.press("Enter");
  await expect.poll(() => form.title()).not.toBe(before);
  expect((await focused(page)).text).toBe(await form.title());
}
