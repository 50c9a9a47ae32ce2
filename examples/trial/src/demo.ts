import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cycle } from "./cycle.ts";

/** `npm run demo`: the whole cycle, unattended, in a folder of its own. */
const json = process.argv.includes("--json");
const keep = process.argv.includes("--keep");
const folder = await mkdtemp(join(tmpdir(), "amana-demo-"));
const started = Date.now();
try {
  const summary = await cycle({
    folder,
    officials: 220,
    privateSector: 280,
    say: (line) =>
      void (json ? process.stderr : process.stdout).write(`${String(Math.round((Date.now() - started) / 1000)).padStart(4)} s  ${line}\n`),
  });
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `\n${JSON.stringify(summary, null, 2)}\n`);
  process.exitCode = summary.verified ? 0 : 1;
} finally {
  if (keep) process.stderr.write(`Kept: ${folder}\n`);
  else await rm(folder, { recursive: true, force: true });
}
