/**
 * `amana` in a process of its own whose clock tests move: `node clocked.mjs OFFSET-FILE ARGUMENTS`, seconds ahead in the file. Results are lines of JSON
 * on stdout, everything for people on stderr; it ends as `amana` does.
 */
import { readFileSync } from "node:fs";
import { run } from "../dist/run.js";

const [file, ...line] = process.argv.slice(2);
const ahead = () => Number(readFileSync(file, "utf8")) * 1000;
const tell = (text = "") => void process.stderr.write(`${text}\n`);
process.exitCode = await run(line, {
  json: true,
  environment: process.env,
  now: () => new Date(Date.now() + ahead()),
  fetch: (url, init) => fetch(url, init),
  say: tell,
  warn: tell,
  result: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
  progress: () => ({ update: () => undefined, stop: () => undefined }),
  ask: async () => null,
});
