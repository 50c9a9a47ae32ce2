// Builds the example form (examples/form → examples/form/dist/site) from the packages' dist output, and weighs it.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

/** Everything a respondent downloads, compressed. */
const BUDGET = 110 * 1024;
/** What is loaded in rounds with a relay alone: weighed by itself. */
const RELAY = /^relayed-.*\.js$/;
const RELAY_BUDGET = 8 * 1024;

const root = fileURLToPath(new URL("../examples/form/", import.meta.url));
const require = createRequire(join(root, "package.json"));
const { build } = await import(pathToFileURL(require.resolve("vite")).href);
await build({ root, configFile: join(root, "vite.config.mjs"), logLevel: "warn" });

const site = join(root, "dist", "site");
const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
let total = 0;
let relay = 0;
for (const entry of files) {
  const path = join(entry.parentPath, entry.name);
  const size = gzipSync(readFileSync(path), { level: 9 }).length;
  if (RELAY.test(entry.name)) relay += size;
  else total += size;
  process.stderr.write(`form: ${String(size).padStart(7)} bytes gzip  ${path.slice(site.length + 1)}\n`);
}
process.stderr.write(`form: ${String(total).padStart(7)} bytes gzip  of ${BUDGET} allowed\n`);
process.stderr.write(`form: ${String(relay).padStart(7)} bytes gzip  more in a round with a relay, of ${RELAY_BUDGET} allowed\n`);
if (total > BUDGET || relay > RELAY_BUDGET) {
  process.stderr.write("form: over its budget\n");
  process.exit(1);
}
