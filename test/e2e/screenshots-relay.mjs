// The part of `npm run screenshots` that shows a round with a relay: an answer that is sent, and not yet kept.
import { join } from "node:path";
import { openRound } from "@amana/client";
import { toHex } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import { SURVEY_CATALOGUES } from "@amana/elements";
import { freePort, WAVE } from "@amana/example-trial";
import { initRelay, serveRelay } from "@amana/server/relay";
import { confirmCode, eachLook, inTrial, newPage, shoot, wordsOn } from "./support/trial-for-pictures.mjs";

const DAY = 86_400;

/** Makes a trial whose answers go through a relay, and answers it once in each language and width. */
export async function relayed(browser, folder, out, languages, widths) {
  await inTrial(folder, async ({ clock, url, world, programme }) => {
    const data = join(folder, "relay");
    const key = toHex(await initRelay(data, randomBytes));
    const relayPort = await freePort();
    const stop = new AbortController();
    let ended = Promise.resolve(0);
    try {
      const origin = `http://127.0.0.1:${relayPort}`;
      const settings = { organisation: "federation", origin, key, slots: 72, releaseLead: DAY / 2 };
      const invited = { officials: 12, "private-sector": 6 };
      await world.launchWave({ invited, minimumGroup: 3, lasts: 21 * DAY, relay: { enrolmentEnds: 20 * DAY, settings } });
      const { manifest, times } = await openRound(url, WAVE, { programme, now: clock.now });
      await new Promise((resolve, reject) => {
        const found = async () => [{ manifest, times }];
        const io = {
          say: () => undefined,
          warn: (line) => reject(new Error(line)),
          now: clock.now,
          stop: stop.signal,
          onListening: resolve,
        };
        ended = serveRelay({ data, server: url, host: "127.0.0.1", port: relayPort, base: "/", found }, io);
      });
      const links = await world.links("officials");
      await eachLook(languages, widths, (language, width) => answered(browser, out, language, width, links.pop()));
    } finally {
      stop.abort();
      await ended;
    }
  });
}

async function answered(browser, out, language, width, link) {
  const { name, common, survey } = SURVEY_CATALOGUES[language];
  const page = await newPage(browser, language, width);
  const { press, heading } = wordsOn(page);
  await page.goto(link);
  await press(name);
  await press(survey.begin);
  await confirmCode(page, common.codeConfirm, () => press(survey.enrol));
  await page.locator("fieldset.question").first().waitFor();
  while (!(await heading(survey.reviewTitle).isVisible())) {
    const before = await page.locator("[data-focus]").first().textContent();
    await press(common.next);
    await page.waitForFunction(
      (old) => document.querySelector("amana-survey").shadowRoot.querySelector("[data-focus]").textContent !== old,
      before,
    );
  }
  await press(survey.send);
  await heading(survey.sentTitle).waitFor();
  await shoot(page, out, `relay-sent-${language}-${width}`);
  await page.close();
}
