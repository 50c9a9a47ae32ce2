import { copyFile, link, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode } from "./files.ts";
import { type DurableFolder, isTemporary, writeError } from "./folder.ts";

/** Where a snapshot is held while it is copied. What a crash leaves of it goes at the next start. */
export const SNAPSHOT = "snapshot.tmp";

/** What a data folder held at one moment. */
export interface Snapshot {
  /** A folder with the files below it. */
  readonly root: string;
  /** Their paths, relative to the data folder, ascending. */
  readonly paths: readonly string[];
  remove(): Promise<void>;
}

/**
 * Takes what a folder holds at one moment, while its process goes on. Files are never changed in place, only replaced, so a second name for each is a
 * copy of it that costs nothing; where a disk has no such names they are copied. Writers wait meanwhile. @throws ERR_STORE_WRITE
 */
export async function takeSnapshot(folder: DurableFolder, keep: (path: string) => boolean): Promise<Snapshot> {
  const root = join(folder.root, SNAPSHOT);
  const remove = (): Promise<void> => rm(root, { recursive: true, force: true });
  try {
    await remove();
    const paths = await folder.still(async () => {
      const found = (await filesBelow(folder.root, "")).filter(keep).sort();
      await mkdir(root, { mode: 0o700 });
      for (const parent of new Set(found.map(dirname))) await mkdir(join(root, parent), { recursive: true, mode: 0o700 });
      for (const path of found) await nameAgain(join(folder.root, path), join(root, path));
      return found;
    });
    return { root, paths, remove };
  } catch (error) {
    await remove().catch(() => undefined);
    throw writeError(error);
  }
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (isTemporary(entry.name)) continue;
    if (entry.isDirectory()) paths.push(...(await filesBelow(root, path)));
    else if (entry.isFile()) paths.push(path);
  }
  return paths;
}

async function nameAgain(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].some((code) => hasCode(error, code))) throw error;
    await copyFile(from, to);
  }
}
