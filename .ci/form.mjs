// Builds the example form (examples/form → examples/form/dist/site) from the packages' dist output, and weighs it.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

/** Everything a respondent downloads, compressed. */
const BUDGET = 110 * 1024;

const root = fileURLToPath(new URL("../examples/form/", import.meta.url));
const require = createRequire(join(root, "package.json"));
const { build } = await import(pathToFileURL(require.resolve("vite")).href);
await build({ root, configFile: join(root, "vite.config.mjs"), logLevel: "warn" });

const site = join(root, "dist", "site");
const files = readdirSync(site, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
let total = 0;
for (const entry of files) {
  const path = join(entry.parentPath, entry.name);
  const size = gzipSync(readFileSync(path), { level: 9 }).length;
  total += size;
  process.stderr.write(`form: ${String(size).padStart(7)} bytes gzip  ${path.slice(site.length + 1)}\n`);
}
process.stderr.write(`form: ${String(total).padStart(7)} bytes gzip  of ${BUDGET} allowed\n`);
if (total > BUDGET) {
  process.stderr.write("form: over its budget\n");
  process.exit(1);
}
