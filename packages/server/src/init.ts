import { readdir } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import { createProgramme, type ProgrammeInput, programmeFor } from "./services/programme.ts";
import { lowdbStore } from "./stores/lowdb/index.ts";
import type { Store } from "./stores/store.ts";

/**
 * Makes a programme in a new or empty folder, or in a store that has none: the ledger's and the promise key, and the document that everyone pins. The secrets stay
 * there; in a folder they are readable by its owner alone. @throws ERR_PROGRAMME_INVALID with every mistake, ERR_FOLDER_NOT_EMPTY, ERR_STORE_WRITE; then nothing was changed
 */
export async function initProgramme(into: string | Store, input: ProgrammeInput): Promise<Programme> {
  if (typeof into !== "string") {
    const made = programmeFor(input);
    await into.alone(
      async () => undefined,
      () => createProgramme(into, made),
    );
    return made.programme;
  }
  if ((await namesIn(into)).length > 0) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  const made = programmeFor(input);
  const store = await lowdbStore(into);
  try {
    await createProgramme(store, made);
    return made.programme;
  } finally {
    await store.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  }
}
