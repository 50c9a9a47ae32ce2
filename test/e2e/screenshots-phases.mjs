// The part of `npm run screenshots` that shows a round with phases: both visits, and what is printed.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openInvitation, openRound } from "@amana/client";
import { SURVEY_CATALOGUES } from "@amana/elements";
import { WAVE, World } from "@amana/example-trial";
import { confirmCode, eachLook, inTrial, newPage, shoot } from "./support/trial-for-pictures.mjs";

const DAY = 86_400;

/** Makes a trial whose people enrol for two weeks and answer in the third, and goes through both visits in each language and width. */
export async function phases(browser, folder, out, languages, widths) {
  await inTrial(folder, async ({ clock, url, world, programme, server }) => {
    const invited = { officials: 12, "private-sector": 6 };
    await world.launchWave({ invited, minimumGroup: 3, lasts: 21 * DAY, phases: { enrolmentEnds: 14 * DAY, answeringOpens: 15 * DAY } });
    const options = { programme, now: clock.now };
    const links = await world.links("officials");
    for (const link of links.splice(-4)) {
      const round = await openInvitation(link, options);
      await round.enrol(round.newSecretCode());
    }
    const { enrolmentOpen } = (await openRound(url, WAVE, options)).manifest.windows;
    const visit = async (language, width, seconds, link) => {
      const page = await newPage(browser, language, width);
      await page.clock.setFixedTime(new Date(seconds * 1000));
      await page.goto(link);
      await page.getByRole("button", { name: SURVEY_CATALOGUES[language].name, exact: true }).click();
      await page.getByRole("heading", { name: SURVEY_CATALOGUES[language].survey.promiseTitle, exact: true }).waitFor();
      return page;
    };
    const each = (work) => eachLook(languages, widths, (language, width) => work(language, width, SURVEY_CATALOGUES[language]));
    const codes = new Map();
    await each(async (language, width, words) => {
      const button = (name) => page.getByRole("button", { name, exact: true });
      const page = await visit(language, width, enrolmentOpen + DAY, links.pop());
      await shoot(page, out, `phases-welcome-${language}-${width}`);
      await button(words.survey.begin).click();
      codes.set(`${language}-${width}`, await confirmCode(page, words.common.codeConfirm, () => button(words.survey.enrol).click()));
      await page.getByRole("heading", { name: words.survey.waitTitle, exact: true }).waitFor();
      await shoot(page, out, `phases-enrolled-${language}-${width}`);
      await page.close();
    });
    const comeBack = async (language, width, words, seconds, title) => {
      const page = await visit(language, width, seconds, `${url}${WAVE}`);
      await page.getByRole("button", { name: words.survey.haveCode, exact: true }).click();
      await page.getByLabel(words.common.codeEnter, { exact: true }).fill(codes.get(`${language}-${width}`));
      await page.getByRole("button", { name: words.common.codeOpen, exact: true }).click();
      await page.getByRole("heading", { name: title, exact: true }).waitFor();
      return page;
    };
    await each(async (language, width, words) => {
      const page = await comeBack(language, width, words, enrolmentOpen + 3 * DAY, words.survey.earlyTitle);
      await shoot(page, out, `phases-early-${language}-${width}`);
      await page.close();
    });
    for (const days of [14.01, 15.01]) {
      clock.moveTo(enrolmentOpen + days * DAY);
      await server.tick();
    }
    await each(async (language, width, words) => {
      const page = await comeBack(language, width, words, enrolmentOpen + 16 * DAY, words.survey.returnedTitle);
      await shoot(page, out, `phases-return-${language}-${width}`);
      await page.close();
    });
    await sheet(browser, folder, out);
  });
}

/** The first printed page of invitations, at the size of the screen. */
async function sheet(browser, folder, out) {
  const world = new World(join(folder, "sheet"), "https://feedback.example.org/", () => new Date());
  await world.prepare();
  await world.draftWave({ invited: { officials: 12, "private-sector": 6 }, minimumGroup: 3, lasts: DAY });
  const file = join(folder, "invitations.html");
  const names = ["--data", world.data, "--round", WAVE, "--audience", "officials", "--url", world.url];
  await world.amana(["invitations", "create", ...names, "--count", "12", "--sheet", file]);
  const page = await browser.newPage({ viewport: { width: 794, height: 1123 } });
  await page.emulateMedia({ media: "print" });
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: join(out, "invitations-sheet.png") });
  await page.close();
}
