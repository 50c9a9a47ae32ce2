// `npm test`: every check of the repository, in the order of what fails fastest. Ends with one line, `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { needChromium } from "./chromium.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => join(root, "node_modules", ".bin", name);
let passed = 0;
let failed = 0;

const chromium = needChromium();
check(
  "a Chromium for the tests in a browser",
  chromium !== null,
  "Install one, for example: apt-get install chromium (or set CHROMIUM_PATH).",
);
step("format, lint and import rules", bin("biome"), ["check", "."]);
step("types of the sources", bin("tsc"), ["-b"]);
step("types of the tests", bin("tsc"), ["-p", "tsconfig.tests.json"]);
for (const name of readdirSync(join(root, "packages"))) {
  step(`packaging of ${name}`, join(root, "test", "node_modules", ".bin", "publint"), [
    join(root, "packages", name),
    "--strict",
    "--pack",
    "false",
  ]);
}
// Counting what runs slows everything down by a third: only core's own tests, which cover all of core, are counted.
tests("core, and what its tests cover", ["packages/core", "--coverage"]);
tests("all other tests", ["--exclude", "packages/core/**"]);
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** One run of vitest, counted test by test; that it ended well is one more check. */
function tests(name, args) {
  const folder = mkdtempSync(join(tmpdir(), "amana-test-"));
  const report = join(folder, "report.json");
  const { status } = run(bin("vitest"), ["run", ...args, "--reporter=dot", "--reporter=json", `--outputFile.json=${report}`], {
    CHROMIUM_PATH: chromium ?? "",
  });
  let counts = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, success: false };
  try {
    counts = JSON.parse(readFileSync(report, "utf8"));
  } catch {
    // Without a report nothing was run: counted as a failure below.
  }
  rmSync(folder, { recursive: true, force: true });
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  check(`${name}: none was skipped`, counts.numPendingTests + counts.numTodoTests === 0, "Every test runs.");
  check(name, status === 0 && counts.numPassedTests > 0, "See above.");
}

function step(name, command, args) {
  check(name, run(command, args).status === 0, "See above.");
}

function run(command, args, env = {}) {
  return spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });
}

function check(name, ok, hint) {
  if (ok) passed += 1;
  else failed += 1;
  process.stdout.write(`${ok ? "✓" : "✗"} ${name}${ok ? "" : `. ${hint}`}\n`);
}
