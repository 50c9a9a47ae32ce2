// Builds the example form (examples/form → examples/form/dist/site) from the packages' dist output, and weighs it.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

/** What one visitor downloads, compressed: the page and what a survey needs, or the page and what a reporting channel needs. */
const BUDGET = 110 * 1024;
/** What is there before the form knows which of the two it shows. */
const PAGE_BUDGET = 78 * 1024;
/** What a survey through a relay loads beyond that. */
const RELAY_BUDGET = 8 * 1024;
/** What finds the proof of work of a report. */
const WORKER_BUDGET = 6 * 1024;
/** What looks at the files of a report. */
const FILES_BUDGET = 4 * 1024;
/** What finds a mark, for every visitor of a channel that accepts marks. */
const MARKS_BUDGET = 8 * 1024;

const root = fileURLToPath(new URL("../examples/form/", import.meta.url));
const require = createRequire(join(root, "package.json"));
const { build } = await import(pathToFileURL(require.resolve("vite")).href);
await build({ root, configFile: join(root, "vite.config.mjs"), logLevel: "warn" });

const site = join(root, "dist", "site");
const assets = join(site, "assets");
const sizeOf = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const html = join(site, "index.html");
const sizes = new Map(readdirSync(assets).map((name) => [name, sizeOf(join(assets, name))]));
for (const [name, size] of [["index.html", sizeOf(html)], ...sizes]) say(size, `gzip  ${name}`);

/** The files that `from` names in what is always loaded with it. A dynamic import names no file with `from`. */
const named = (text) => [...sizes.keys()].filter((name) => text.includes(`from"./${name}"`) || text.includes(`import"./${name}"`));
const scripts = [...sizes.keys()].filter((name) => name.endsWith(".js"));
const withImports = (names) => {
  const all = new Set(names);
  for (const name of all) if (name.endsWith(".js")) for (const each of named(readFileSync(join(assets, name), "utf8"))) all.add(each);
  return all;
};
const script = (part) => {
  const [found, ...others] = scripts.filter((name) => name.startsWith(`${part}-`));
  if (found === undefined || others.length > 0) throw new Error(`the form has not one file ${part}`);
  return found;
};

// Styles, the mark and the first script stand in the page itself.
const first = [...sizes.keys()].filter((name) => readFileSync(html, "utf8").includes(name));
const weigh = (...parts) =>
  [...withImports([...first, ...parts.map(script)])].reduce((sum, name) => sum + (sizes.get(name) ?? 0), sizeOf(html));
const survey = weigh("survey");
const report = weigh("report");
const rows = [
  ["the page before it knows what it shows", weigh(), PAGE_BUDGET],
  ["a survey", survey, BUDGET],
  ["a reporting channel", report, BUDGET],
  ["more when it is sent: the worker", sizes.get(script("solver-worker")) ?? 0, WORKER_BUDGET],
  ["more in a channel that accepts marks", weigh("report", "marks", "mark") - report, MARKS_BUDGET],
  ["more with the first file", weigh("report", "prepare") - report, FILES_BUDGET],
  ["more in a round with a relay", weigh("survey", "relayed") - survey, RELAY_BUDGET],
];
for (const [what, bytes, allowed] of rows) say(bytes, `gzip  ${what}, of ${allowed} allowed`);
if (rows.some(([, bytes, allowed]) => bytes > allowed)) {
  process.stderr.write("form: over its budget\n");
  process.exit(1);
}

function say(bytes, what) {
  process.stderr.write(`form: ${String(bytes).padStart(7)} bytes ${what}\n`);
}
