import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { KnownCheckpoint } from "@amana/client/auditor";
import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { writeWholeIn } from "../../keys/write-whole.ts";
import type { Io } from "../../terminal/io.ts";

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const prefix = { size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)), root: hash };
const kept = v.strictObject({
  programme: hash,
  known: v.strictObject({ ...prefix, note: v.string(), verified: v.optional(v.strictObject(prefix)) }),
});
const file = v.strictObject({ sha256: hash, kept });

/**
 * What this auditor remembers of a programme's ledger, wherever it is served: without it a rewritten ledger looks like a new one. One file
 * for each programme.
 */
export function memoryFile(io: Io, programme: string): string {
  const state = io.environment.AMANA_STATE ?? join(io.environment.XDG_STATE_HOME ?? join(homedir(), ".local", "state"), "amana");
  return join(state, `verified-${digest(programme).slice(0, 16)}.json`);
}

/** What was kept; null the first time. @throws ERR_CONFIG_INVALID for a file that is damaged, or of another programme: it is not passed over */
export async function readMemory(path: string, programme: string): Promise<KnownCheckpoint | null> {
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  const found = parsed(content);
  if (found === null || found.sha256 !== digest(JSON.stringify(found.kept)) || found.kept.programme !== programme.toLowerCase()) {
    throw new AmanaError("ERR_CONFIG_INVALID", {
      note: `What verify remembers of this ledger is damaged, or of another programme: ${path}. Put it back from a copy; --fresh forgets it, and with it whether the ledger was rewritten since.`,
    });
  }
  const { size, root, note, verified } = found.kept.known;
  return { size, root, note, ...(verified === undefined ? {} : { verified }) };
}

export async function writeMemory(path: string, programme: string, { size, root, note = "", verified }: KnownCheckpoint): Promise<void> {
  const known = { size, root, note, ...(verified === undefined ? {} : { verified }) };
  const content = { programme: programme.toLowerCase(), known };
  await writeWholeIn(path, `${JSON.stringify({ sha256: digest(JSON.stringify(content)), kept: content })}\n`);
}

function parsed(content: string): v.InferOutput<typeof file> | null {
  try {
    return v.parse(file, JSON.parse(content));
  } catch {
    return null;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
