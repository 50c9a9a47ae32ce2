import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** How far logs are read at once, in bytes. */
const PART = 4 * 2 ** 20;

/** Log files as they were at a moment, by their paths. */
export type Lengths = ReadonlyMap<string, number>;

/** What was found in log files. */
export interface Searched {
  readonly files: number;
  readonly bytes: number;
  /** Files in which one of the words is. */
  readonly found: readonly string[];
}

/** The files that paths name, folders with everything below them, with their lengths. */
export async function lengthsOf(paths: readonly string[]): Promise<Lengths> {
  const lengths = new Map<string, number>();
  for (const path of paths) for (const file of await filesIn(path)) lengths.set(file, (await stat(file)).size);
  return lengths;
}

/** Searches what was written into log files since `before`; all of a file that is new, or shorter than it was. */
export async function searchSince(paths: readonly string[], before: Lengths, words: readonly string[]): Promise<Searched> {
  const found: string[] = [];
  let bytes = 0;
  const now = await lengthsOf(paths);
  for (const [file, length] of now) {
    const known = before.get(file) ?? 0;
    const from = length < known ? 0 : known;
    bytes += length - from;
    if (await has(file, from, words)) found.push(file);
  }
  return { files: now.size, bytes, found };
}

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Parts overlap by the longest word, so that none is cut in two. */
async function has(file: string, from: number, words: readonly string[]): Promise<boolean> {
  const overlap = Math.max(0, ...words.map((word) => word.length));
  const handle = await open(file, "r");
  try {
    const buffer = Buffer.alloc(PART);
    for (let at = from; ; at += PART - overlap) {
      const { bytesRead } = await handle.read(buffer, 0, PART, at);
      const text = buffer.toString("latin1", 0, bytesRead);
      if (words.some((word) => text.includes(word))) return true;
      if (bytesRead < PART) return false;
    }
  } finally {
    await handle.close();
  }
}
