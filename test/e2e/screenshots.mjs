// `npm run screenshots`: makes docs/screenshots from the real form, the real results page and the real terminal. Not part of `npm test`.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { SURVEY_CATALOGUES } from "@amana/elements";
import { Clock, cycle, freePort, startServer, WAVE } from "@amana/example-trial";
import { chromium } from "playwright-core";
import { phases } from "./screenshots-phases.mjs";
import { relayed } from "./screenshots-relay.mjs";
import { reports } from "./screenshots-reports.mjs";

const out = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const WIDTHS = [360, 1280];
const LANGUAGES = ["ar", "fr"];
const args =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

const folder = await mkdtemp(join(tmpdir(), "amana-screenshots-"));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium", args: args.split(" ") });
try {
  const terminal = await startTerminal();
  // Each visit uses up an invitation.
  const rows = (await readFile(join(folder, "trial", "invitations-officials.csv"), "utf8")).trim().split("\n").slice(1);
  for (const width of WIDTHS) for (const language of LANGUAGES) await form(rows.pop().split(",")[1], language, width);
  await picture("terminal-start", 1160, async (page) => {
    await page.setContent(
      `<body style="margin:0;background:#10201f;color:#d7e6e4"><pre style="font:14px/1.5 'DejaVu Sans Mono',monospace;padding:20px;white-space:pre-wrap"></pre>`,
    );
    await page.locator("pre").evaluate(
      (pre, text) => {
        pre.textContent = text;
      },
      `$ npm start\n${terminal.text.replaceAll(relative(root, join(folder, "trial")), "trial")}`,
    );
  });
  await terminal.stop();
  await phases(browser, join(folder, "phases"), out, LANGUAGES, WIDTHS);
  await relayed(browser, join(folder, "relay"), out, LANGUAGES, WIDTHS);
  await reports(browser, join(folder, "reports"), out, LANGUAGES, WIDTHS);
  await results();
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

/** `npm start` as a process of its own, until it has told what to open. */
async function startTerminal() {
  // At its own port, as a new user sees it, unless something is there.
  const port = (await isFree(8080)) ? 8080 : await freePort();
  const child = spawn(process.execPath, [join(root, "examples/trial/dist/start.js")], {
    cwd: root,
    env: { ...process.env, AMANA_PORT: String(port), AMANA_TRIAL: join(folder, "trial") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      text += chunk;
      if (text.includes("Ctrl-C")) resolve();
    });
    child.once("exit", () => reject(new Error("npm start ended early")));
  });
  return {
    text,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners("exit");
        child.once("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** From the link to the receipt: welcome, secret code, first questions, receipt. */
async function form(link, language, width) {
  const words = SURVEY_CATALOGUES[language];
  const page = await browser.newPage({ viewport: { width, height: 780 }, locale: language });
  const button = (name) => page.getByRole("button", { name, exact: true });
  await page.goto(link);
  await button(words.name).click();
  await page.getByRole("heading", { name: words.survey.promiseTitle, exact: true }).waitFor();
  await shoot(page, `form-welcome-${language}-${width}`);
  await button(words.survey.begin).click();
  await page.locator(".secret").waitFor();
  await shoot(page, `form-code-${language}-${width}`);
  const code = (await page.locator(".secret").textContent()).replace(/\s/g, "");
  await page.getByLabel(words.common.codeConfirm).fill(code.split("-").at(-1));
  await button(words.survey.enrol).click();
  await page.locator("fieldset.question").first().waitFor();
  await page.locator("fieldset.question").nth(0).locator(".choice").nth(3).click();
  await shoot(page, `form-question-${language}-${width}`);
  // The rest is skipped, which the form allows; a receipt says nothing about what was answered.
  const review = page.getByRole("heading", { name: words.survey.reviewTitle, exact: true });
  while (!(await review.isVisible())) {
    const before = await page.locator("amana-survey [data-focus]").textContent();
    await button(words.common.next).click();
    await page.waitForFunction(
      (title) => document.querySelector("amana-survey").shadowRoot.querySelector("[data-focus]").textContent !== title,
      before,
    );
  }
  await button(words.survey.send).click();
  await page.getByRole("heading", { name: words.survey.receiptTitle, exact: true }).waitFor();
  await shoot(page, `form-receipt-${language}-${width}`);
  await page.close();
}

/** The results of a whole wave, without JavaScript. */
async function results() {
  const cycleFolder = join(folder, "cycle");
  await cycle({ folder: cycleFolder, officials: 80, privateSector: 90, say: (line) => process.stderr.write(`${line}\n`) });
  const clock = new Clock();
  clock.moveTo(Date.now() / 1000 + 60 * 86_400);
  const port = await freePort();
  const server = await startServer({ data: join(cycleFolder, "data"), port, now: clock.now });
  for (const width of WIDTHS) {
    for (const language of LANGUAGES) {
      const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width, height: 1400 } });
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${port}/releases/${WAVE}/${language}.html`);
      await page.screenshot({ path: join(out, `results-${language}-${width}.png`) });
      await context.close();
    }
  }
  await server.close();
}

async function picture(name, width, draw) {
  const page = await browser.newPage({ viewport: { width, height: 500 } });
  await draw(page);
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
  await page.close();
}

async function shoot(page, name) {
  await page.screenshot({ path: join(out, `${name}.png`), fullPage: true });
}
