import { mkdir } from "node:fs/promises";
import { type Lock, lowdbStore, takeLock } from "./lowdb/index.ts";
import type { Store } from "./store.ts";

/** A store with the socket by which its operator is served. */
export interface Opened {
  readonly store: Store;
  readonly lock: Lock;
  /** What its operator should see to, in sentences. */
  readonly telling: readonly string[];
  /** Closes both. */
  close(): Promise<void>;
}

/**
 * Opens the store of a server: the data folder, or the database at `url`, of which the folder then has the operator's socket alone. Whoever keeps
 * everything in a folder never loads a database's driver. @throws what the stores throw
 */
export async function openStore(data: string, url: string | null): Promise<Opened> {
  if (url === null) {
    const store = await lowdbStore(data);
    return { store, lock: store.lock, telling: [], close: () => store.close() };
  }
  await mkdir(data, { recursive: true, mode: 0o700 });
  const lock = await takeLock(data);
  try {
    const { postgresStore } = await import("./postgres/index.ts");
    const store = await postgresStore(url);
    const close = async (): Promise<void> => {
      await store.close();
      await lock.release();
    };
    return { store, lock, telling: store.telling, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
