// The part of `npm run screenshots` that shows a round with a relay: an answer that is sent, and not yet kept.
import { join } from "node:path";
import { openRound } from "@amana/client";
import { toHex } from "@amana/core/bytes";
import { randomBytes } from "@amana/core/primitives";
import { SURVEY_CATALOGUES } from "@amana/elements";
import { Clock, freePort, startServer, WAVE, World } from "@amana/example-trial";
import { initRelay, serveRelay } from "@amana/server/relay";

const DAY = 86_400;

/** Makes a trial whose answers go through a relay, and answers it once in each language and width. */
export async function relayed(browser, folder, out, languages, widths) {
  const clock = new Clock();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const world = new World(folder, url, clock.now);
  const programme = await world.prepare();
  const server = await startServer({ data: world.data, port, now: clock.now });
  const data = join(folder, "relay");
  const key = toHex(await initRelay(data, randomBytes));
  const relayPort = await freePort();
  const stop = new AbortController();
  let ended = Promise.resolve(0);
  try {
    await world.amana(["trust", url, "--yes"]);
    const origin = `http://127.0.0.1:${relayPort}`;
    const settings = { organisation: "federation", origin, key, slots: 72, releaseLead: DAY / 2 };
    const invited = { officials: 12, "private-sector": 6 };
    await world.launchWave({ invited, minimumGroup: 3, lasts: 21 * DAY, relay: { enrolmentEnds: 20 * DAY, settings } });
    const { manifest, times } = await openRound(url, WAVE, { programme, now: clock.now });
    await new Promise((resolve, reject) => {
      const found = async () => [{ manifest, times }];
      const io = { say: () => undefined, warn: (line) => reject(new Error(line)), now: clock.now, stop: stop.signal, onListening: resolve };
      ended = serveRelay({ data, server: url, host: "127.0.0.1", port: relayPort, base: "/", found }, io);
    });
    const links = await world.links("officials");
    for (const width of widths)
      for (const language of languages) {
        const { name, common, survey } = SURVEY_CATALOGUES[language];
        const page = await browser.newPage({ viewport: { width, height: 780 }, locale: language, timezoneId: "Africa/Algiers" });
        const press = (label) => page.getByRole("button", { name: label, exact: true }).click();
        const heading = (text) => page.getByRole("heading", { name: text, exact: true });
        await page.goto(links.pop());
        await press(name);
        await press(survey.begin);
        const code = (await page.locator(".secret").textContent()).replace(/\s/g, "");
        await page.getByLabel(common.codeConfirm).fill(code.split("-").at(-1));
        await press(survey.enrol);
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
        await page.screenshot({ path: join(out, `relay-sent-${language}-${width}.png`), fullPage: true });
        await page.close();
      }
  } finally {
    stop.abort();
    await ended;
    await server.close();
  }
}
