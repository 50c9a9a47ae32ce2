import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AmanaError } from "@amana/core/errors";
import { type FileOperations, isMissing, nodeFiles } from "./files.ts";

/** What a file is called until it is whole. Start-up removes such files. */
const TEMPORARY = ".tmp";

/** Whether a name is a file's whose writing was interrupted. */
export function isTemporary(name: string): boolean {
  return name.endsWith(TEMPORARY);
}

/**
 * The data folder, with one way to change it: a file is written under a temporary name, synced, renamed over the old one,
 * and the folder's names are synced. Whoever reads finds the old file or the new one, never a part.
 */
export class DurableFolder {
  readonly root: string;
  readonly files: FileOperations;
  readonly #folders = new Set<string>();
  readonly #syncs = new Map<string, FolderSync>();
  /** Changes that are under way, and what those that come wait for. */
  readonly #changes = new Set<Promise<unknown>>();
  #stillness: Promise<unknown> | null = null;

  constructor(root: string, files: FileOperations) {
    this.root = root;
    this.files = files;
  }

  /** The bytes of a file; null where there is none. `path` is relative to the data folder, here and below. */
  read(path: string): Promise<Uint8Array | null> {
    return this.files.read(join(this.root, path));
  }

  /** Names in a folder, folders with a slash at the end, without temporary files. */
  async list(folder: string): Promise<string[]> {
    return (await this.files.list(join(this.root, folder))).filter((name) => !isTemporary(name));
  }

  /** Returns after the disk has it. @throws ERR_STORE_WRITE: the old file, if any, is still there or the new one is */
  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#changing(() => this.#write(path, bytes));
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const target = join(this.root, path);
    const temporary = join(dirname(target), `${randomBytes(8).toString("hex")}${TEMPORARY}`);
    try {
      await this.#makeFolders(dirname(path));
      try {
        await this.#writeWhole(temporary, bytes);
        await this.files.rename(temporary, target);
      } catch (error) {
        await this.files.remove(temporary).catch(() => undefined);
        throw error;
      }
      await this.#syncFolder(dirname(path));
    } catch (error) {
      throw writeError(error);
    }
  }

  /** Removes a file, or a folder with everything in it. @throws ERR_STORE_WRITE */
  remove(path: string): Promise<void> {
    return this.#changing(() => this.#remove(path));
  }

  async #remove(path: string): Promise<void> {
    try {
      await this.files.remove(join(this.root, path));
      // Where a folder could not even be made, nothing in it is to be removed for good.
      await this.#syncFolder(dirname(path)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    } catch (error) {
      throw writeError(error);
    }
    for (const folder of this.#folders) if (folder === path || folder.startsWith(`${path}/`)) this.#folders.delete(folder);
  }

  /** Runs `task` while nothing changes: what has begun is finished first, and what comes waits. */
  async still<T>(task: () => Promise<T>): Promise<T> {
    while (this.#stillness !== null) await this.#stillness;
    const running = Promise.all(this.#changes).then(task);
    const over = running
      .catch(() => undefined)
      .finally(() => {
        this.#stillness = null;
      });
    this.#stillness = over;
    return running;
  }

  async #changing(change: () => Promise<void>): Promise<void> {
    while (this.#stillness !== null) await this.#stillness;
    const running = change();
    const over = running.catch(() => undefined);
    this.#changes.add(over);
    try {
      await running;
    } finally {
      this.#changes.delete(over);
    }
  }

  /** Removes what interrupted writing left, in a folder and all below it. */
  async sweep(folder = "."): Promise<void> {
    for (const name of await this.files.list(join(this.root, folder))) {
      const path = join(folder, name);
      if (name.endsWith("/")) await this.sweep(path);
      else if (isTemporary(name)) await this.remove(path);
    }
  }

  async #writeWhole(path: string, bytes: Uint8Array): Promise<void> {
    const file = await this.files.create(path);
    try {
      await file.write(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Makes a folder and those above it, each one durable in the one above. */
  async #makeFolders(folder: string): Promise<void> {
    if (this.#folders.has(folder) || folder === ".") return;
    await this.#makeFolders(dirname(folder));
    await this.files.makeFolder(join(this.root, folder));
    await this.#syncFolder(dirname(folder));
    this.#folders.add(folder);
  }

  /** Several writes to one folder share a sync: one that has begun before a rename does not count for it, the next one does. */
  #syncFolder(folder: string): Promise<void> {
    const path = join(this.root, folder);
    const known = this.#syncs.get(path) ?? { running: null, next: null };
    this.#syncs.set(path, known);
    if (known.next !== null) return known.next;
    const before = known.running ?? Promise.resolve();
    const next: Promise<void> = before
      .catch(() => undefined)
      .then(() => {
        known.running = next;
        known.next = null;
        return this.files.syncFolder(path);
      })
      .finally(() => {
        if (known.running === next && known.next === null) this.#syncs.delete(path);
      });
    known.next = next;
    return next;
  }
}

/** Makes a folder with those above it, for its owner alone, and makes its name durable: what is safe in a folder that is lost is lost. */
export async function makeRoot(root: string): Promise<void> {
  const made = await mkdir(root, { recursive: true, mode: 0o700 });
  if (made === undefined) return;
  for (let folder = dirname(root); folder.length >= dirname(made).length; folder = dirname(folder)) {
    await nodeFiles.syncFolder(folder);
    if (folder === dirname(folder)) break;
  }
}

/** The system's code (`ENOSPC`, `EROFS`) is for the operator; nothing else of a system error goes on. */
export function writeError(error: unknown): AmanaError<"ERR_STORE_WRITE"> {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return new AmanaError("ERR_STORE_WRITE", code === undefined ? {} : { note: code });
}

interface FolderSync {
  running: Promise<void> | null;
  next: Promise<void> | null;
}
