import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const pages = ["examples/form/dist/site/index.html", "packages/elements/dist/handler.html", "packages/elements/dist/trustee.html"].map(
  (path) => join(root, path),
);
const lock = join(tmpdir(), `amana-form-build-${process.getuid?.() ?? 0}.lock`);
/** A build takes a quarter of a minute; a lock older than this was left by a run that was killed. Milliseconds. */
const STALE_LOCK = 180_000;

/**
 * Makes sure that the form and the key holders' pages which the browser gets are built from the present sources. `npm test` has built it before; a test file
 * run alone builds it here. Test files run beside each other: one builds, the others wait.
 */
export async function needBuiltForm(): Promise<void> {
  while (!isFresh()) {
    const handle = await open(lock, "wx").catch(() => null);
    if (handle === null) {
      await waitForOther();
      continue;
    }
    try {
      if (!isFresh()) build();
    } finally {
      await handle.close();
      await unlink(lock);
    }
  }
}

function isFresh(): boolean {
  if (!pages.every((page) => existsSync(page))) return false;
  const built = Math.min(...pages.map((page) => statSync(page).mtimeMs));
  return ["packages/core/src", "packages/client/src", "packages/elements/src", "examples/form/src"].every((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts") && !entry.parentPath.includes("vectors"))
      .every((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs <= built),
  );
}

function build(): void {
  for (const args of [["node_modules/typescript/bin/tsc", "-b", "examples/form"], [".ci/form.mjs"], [".ci/pages.mjs"]]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Error(`the form could not be built: ${stdout}${stderr}`);
  }
}

async function waitForOther(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
  if (age > STALE_LOCK) await unlink(lock).catch(() => undefined);
}
