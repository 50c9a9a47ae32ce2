// Installs and builds what the two commands need, once; afterwards it is a no-op of well under a second.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const PAGES = ["examples/form/dist/site/index.html", "packages/elements/dist/handler.html", "packages/elements/dist/trustee.html"];
const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = join(root, "node_modules", ".prepared");

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Amana needs Node 20.19 or newer; this is ${process.version}.`);

const before = existsSync(stamp) ? JSON.parse(readFileSync(stamp, "utf8")) : {};
const install = digest(["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests()]);
if (before.install !== install) {
  step("Installing packages (the first time takes a minute)");
  run("npx", ["--yes", PNPM, "install", "--frozen-lockfile", "--reporter=append-only"]);
}
const build = digest([
  "tsconfig.base.json",
  "tsconfig.json",
  ".ci/form.mjs",
  ".ci/pages.mjs",
  ...sources("packages"),
  ...sources("examples"),
  ...sources("test"),
]);
if (before.install !== install || before.build !== build || !PAGES.every((path) => existsSync(join(root, path)))) {
  step("Building");
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"]);
  run(process.execPath, [join(root, ".ci/form.mjs")]);
  run(process.execPath, [join(root, ".ci/pages.mjs")]);
}
writeFileSync(stamp, JSON.stringify({ install, build }));

function manifests() {
  return ["packages", "examples"]
    .flatMap((dir) => readdirSync(join(root, dir)).map((name) => `${dir}/${name}/package.json`))
    .filter((path) => existsSync(join(root, path)))
    .concat("test/package.json");
}
function sources(dir) {
  return readdirSync(join(root, dir), { recursive: true })
    .map((path) => join(dir, String(path)))
    .filter(
      (path) => !/(^|[/\\])(dist|node_modules)([/\\]|$)/.test(path) && !/\.test\.ts$/.test(path) && statSync(join(root, path)).isFile(),
    )
    .sort();
}
function digest(paths) {
  const hash = createHash("sha256");
  for (const path of paths)
    if (existsSync(join(root, path)))
      hash
        .update(path)
        .update("\0")
        .update(readFileSync(join(root, path)))
        .update("\0");
  return hash.digest("hex");
}
function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32" && command === "npx",
  });
  if (error || status !== 0)
    fail(
      `Could not finish: ${command === "npx" ? "installing packages" : args[0]}${error ? ` (${error.message})` : ""}. Nothing was started.`,
    );
}
function step(text) {
  process.stderr.write(`amana: ${text}\n`);
}
function fail(text) {
  process.stderr.write(`amana: ${text}\n`);
  process.exit(2);
}
