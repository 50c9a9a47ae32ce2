import { lstat, mkdir, open, readdir, readFile, rename, rm, statfs } from "node:fs/promises";

/** A file being written. Its bytes are safe only after `sync`. */
export interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Every step that the store takes on a disk, each one a point where a crash can come between. A parameter, so that tests
 * can give the store a disk that fails, or that forgets what was not synced. Paths are absolute; failures are `Error`s
 * with the system's `code` (`ENOENT`, `ENOSPC`, …).
 */
export interface FileOperations {
  /** The whole file; null where there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** Names of the files and folders in a folder, folders with a slash at the end; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** A new file under a name that is not used, times set to a constant, readable by its owner alone. */
  create(path: string): Promise<NewFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or a folder with everything in it. Nothing happens where there is none. */
  remove(path: string): Promise<void>;
  /** Makes one folder if there is none, readable by its owner alone. */
  makeFolder(path: string): Promise<void>;
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>;
  /** Bytes that whoever runs the server may still write on the disk that has this folder. */
  free(folder: string): Promise<number>;
}

/** 2000-01-01: what every file of the store says of when it was made and read. */
export const FIXED_TIME = 946_684_800;

/** The real disk. */
export const nodeFiles: FileOperations = {
  async read(path) {
    try {
      return await readFile(path);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  },
  async list(folder) {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  async create(path) {
    const handle = await open(path, "wx", 0o600);
    return {
      async write(bytes) {
        await handle.writeFile(bytes);
        await handle.utimes(FIXED_TIME, FIXED_TIME);
      },
      sync: () => handle.sync(),
      close: () => handle.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  async makeFolder(path) {
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      if (!(hasCode(error, "EEXIST") && (await lstat(path)).isDirectory())) throw error;
    }
  },
  async syncFolder(path) {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  async free(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

/** Whether it is of a path that is not there. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR");
}

/** Whether this is a system error with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
