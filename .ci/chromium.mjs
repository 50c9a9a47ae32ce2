// Finds a Chromium for the tests in a real browser. Installs Debian's package only as root and without a terminal.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** The path of a Chromium, or null. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined) return isExecutable(named) ? named : null;
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const name of ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]) {
    for (const folder of folders) if (isExecutable(join(folder, name))) return join(folder, name);
  }
  for (const path of [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ]) {
    if (isExecutable(path)) return path;
  }
  return inPlaywrightCache();
}

function inPlaywrightCache() {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), ".cache", "ms-playwright");
  if (!existsSync(cache)) return null;
  for (const name of readdirSync(cache)
    .filter((each) => each.startsWith("chromium-"))
    .sort()
    .reverse()) {
    for (const path of ["chrome-linux/chrome", "chrome-linux64/chrome"]) {
      if (isExecutable(join(cache, name, path))) return join(cache, name, path);
    }
  }
  return null;
}

/** Finds a Chromium or installs Debian's; else null. */
export function needChromium() {
  const found = findChromium();
  if (found !== null || process.env.CHROMIUM_PATH !== undefined) return found;
  if (process.getuid?.() !== 0 || process.stdin.isTTY || !existsSync("/usr/bin/apt-get")) return null;
  process.stderr.write("amana: Installing Debian's chromium for the tests in a browser\n");
  const options = { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update", "-qq"], options);
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-noto-core"], options);
  return findChromium();
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
