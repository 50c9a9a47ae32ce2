// What the parts of `npm run screenshots` begin with alike.
import { join } from "node:path";
import { Clock, freePort, startServer, World } from "@amana/example-trial";

/** A trial in a folder that the programme's people trust, with its server, while `work` makes pictures of it. */
export async function inTrial(folder, work) {
  const clock = new Clock();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const world = new World(folder, url, clock.now);
  const programme = await world.prepare();
  const server = await startServer({ data: world.data, port, now: clock.now });
  try {
    await world.amana(["trust", url, "--yes"]);
    await work({ clock, url, world, programme, server });
  } finally {
    await server.close();
  }
}

/** Calls `work` for every language at every width, one after the other. */
export async function eachLook(languages, widths, work) {
  for (const width of widths) for (const language of languages) await work(language, width);
}

/** A page as somebody in Algiers has it. */
export function newPage(browser, language, width) {
  return browser.newPage({ viewport: { width, height: 780 }, locale: language, timezoneId: "Africa/Algiers" });
}

export async function shoot(page, out, name) {
  // What sticks to the top of the window stands at the top of the picture.
  await page.evaluate(() => scrollTo(0, 0));
  return page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
}

/** Buttons and headings by their words. */
export function wordsOn(page) {
  const button = (name) => page.getByRole("button", { name, exact: true });
  return { button, press: (name) => button(name).click(), heading: (name) => page.getByRole("heading", { name, exact: true }) };
}

/** Types the end of the secret code on screen and returns the code. */
export async function confirmCode(page, label, press) {
  const code = (await page.locator(".secret").textContent()).replace(/\s/g, "");
  await page.getByLabel(label).fill(code.split("-").at(-1));
  await press();
  return code;
}
