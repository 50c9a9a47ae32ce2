// `npm run fixtures`: runs the R and SciPy scripts of packages/results/fixtures/reference again and compares what they give with the
// files beside them; with `--write`, writes those and docs/statistics.md. Needs R and SciPy (Debian: r-base-core r-cran-jsonlite
// r-cran-survey r-cran-psych r-cran-mass python3-scipy python3-statsmodels); `npm test` does not.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "packages/results/fixtures/reference");
/** Another machine's libraries may differ in the last digits, by less than what is asked of ours. */
const TOLERANCE = 1e-10;
const SCRIPTS = [
  { command: "Rscript", args: ["statistics.R"], file: "r.json" },
  // Debian's own, as other Pythons on a machine seldom have SciPy.
  { command: "/usr/bin/python3", args: ["statistics.py"], file: "scipy.json" },
];
const write = process.argv.includes("--write");

let wrong = 0;
for (const { command, args, file } of SCRIPTS) {
  const { stdout, stderr, status, error } = spawnSync(command, args, { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 });
  if (error || status !== 0) fail(`${command} ${args.join(" ")} did not run: ${error ? error.message : stderr.trim()}`);
  const now = JSON.parse(stdout);
  if (write) writeFileSync(join(folder, file), stdout);
  const kept = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const off = now.cases.length === kept.cases.length ? now.cases.filter((each, i) => !same(each, kept.cases[i])) : now.cases;
  for (const { name, args: given } of off.slice(0, 5))
    process.stderr.write(`${file}: ${name} of ${JSON.stringify(given).slice(0, 120)} differs\n`);
  if (!same(now.housing ?? null, kept.housing ?? null)) fail(`${file}: the data set that none of us made differs`);
  wrong += off.length;
  process.stdout.write(`${file}: ${now.cases.length} cases of ${Object.entries(now.versions).flat().join(" ")}, ${off.length} differ\n`);
}
if (write) {
  const vitest = join(root, "node_modules", ".bin", "vitest");
  const { status } = spawnSync(vitest, ["run", "test/docs/statistics.test.ts", "-u"], { cwd: root, stdio: "inherit" });
  if (status !== 0) fail("docs/statistics.md could not be written");
}
process.exitCode = wrong === 0 ? 0 : 1;

function same(a, b) {
  if (typeof a === "number" && typeof b === "number") return a === b || Math.abs(a - b) <= TOLERANCE * Math.abs(b);
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => same(a[name], b[name]));
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
