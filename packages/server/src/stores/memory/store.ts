import type { FileOperations } from "../lowdb/files.ts";
import { DurableFolder } from "../lowdb/folder.ts";
import { openFolder } from "../lowdb/store.ts";
import type { Store } from "../store.ts";
import { memoryFiles } from "./files.ts";

/**
 * A store for an embedder's own tests: nothing is written anywhere, everything is gone with the process. It is the default store on a disk in
 * memory, so it admits, refuses, seals and forgets as that one does. Never for real answers: a promise would be of what nobody keeps.
 */
export function memoryStore(): Promise<Store> {
  return memoryStoreOn(memoryFiles());
}

/** The same on files that outlive it, for tests of what a start finds. */
export function memoryStoreOn(files: FileOperations): Promise<Store> {
  return openFolder(new DurableFolder("/memory", files), { release: async () => undefined });
}
