import { dirname } from "node:path";
import type { FileOperations } from "../lowdb/files.ts";

/** A disk in memory: it never fails, and forgets everything with the process. */
export function memoryFiles(): FileOperations {
  const files = new Map<string, Uint8Array>();
  const folders = new Set<string>();
  const named = (folder: string): string => folder.replace(/\/\.?$/, "");
  const in_ =
    (folder: string) =>
    (path: string): boolean =>
      dirname(path) === named(folder) && path !== folder;
  return {
    read: async (path) => files.get(path)?.slice() ?? null,
    list: async (folder) =>
      [...[...files.keys()].filter(in_(folder)), ...[...folders].filter(in_(folder)).map((path) => `${path}/`)]
        .map((path) => path.slice(named(folder).length + 1))
        .sort(),
    create: async (path) => ({
      write: async (bytes) => void files.set(path, bytes.slice()),
      sync: async () => undefined,
      close: async () => undefined,
    }),
    rename: async (from, to) => {
      files.set(to, files.get(from) ?? new Uint8Array(0));
      files.delete(from);
    },
    remove: async (path) => {
      for (const all of [files, folders])
        for (const other of all.keys()) if (other === path || other.startsWith(`${path}/`)) all.delete(other);
    },
    makeFolder: async (path) => void folders.add(path),
    syncFolder: async () => undefined,
    free: async () => Number.POSITIVE_INFINITY,
  };
}
