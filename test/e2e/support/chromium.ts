import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** No sandbox, as tests run as root in containers; nothing that makes Chromium talk to anyone by itself. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts Chromium. A missing one fails the test: a browser test that is skipped says nothing. */
export async function startChromium(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH ?? "";
  const executablePath = named === "" ? "/usr/bin/chromium" : named;
  if (!existsSync(executablePath)) {
    throw new Error(`There is no Chromium at ${executablePath}. Install one (apt-get install chromium) or set CHROMIUM_PATH.`);
  }
  return chromium.launch({ executablePath, args: FLAGS });
}
