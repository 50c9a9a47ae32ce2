export { type FileOperations, type NewFile, nodeFiles } from "./files.ts";
export { type Lock, takeLock, withSocketPath } from "./lock.ts";
export { type LowdbOptions, type LowdbStore, lowdbStore } from "./store.ts";
