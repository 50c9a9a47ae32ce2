import { readdir } from "node:fs/promises";
import { AmanaError } from "@amana/core/errors";
import type { Programme } from "@amana/core/programme";
import { createProgramme, type ProgrammeInput, programmeFor } from "./services/programme.ts";
import { lowdbStore } from "./stores/lowdb/index.ts";

/**
 * Makes a programme in a new or empty folder: the ledger's and the promise key, and the document that everyone pins. The secrets stay in the
 * folder, readable by its owner alone. @throws ERR_PROGRAMME_INVALID with every mistake, ERR_FOLDER_NOT_EMPTY, ERR_STORE_WRITE; then nothing was changed
 */
export async function initProgramme(folder: string, input: ProgrammeInput): Promise<Programme> {
  if ((await namesIn(folder)).length > 0) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  const made = programmeFor(input);
  const store = await lowdbStore(folder);
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
