import { AmanaError } from "@amana/core/errors";
import * as v from "valibot";
import { damaged, readDocument, writeDocument } from "./document.ts";
import type { DurableFolder } from "./folder.ts";

/** The version of data folders that this server writes: `version.json`, `{"version": n}`. Folders of version 1 have no such document. */
export const FOLDER_VERSION = 2;

const VERSION = "version.json";
const schema = v.strictObject({ version: v.pipe(v.number(), v.integer(), v.minValue(2)) });

/**
 * What makes a folder of a version one of the next. Runs under the lock, before rounds are read, and again from the beginning after a crash: a step
 * must leave alone what it has done before. For each there is a folder in `fixtures/data-folders/<version>`.
 */
const UPGRADES: Readonly<Record<number, (folder: DurableFolder) => Promise<void>>> = {
  // Nothing but that it has a version.
  1: async () => undefined,
};

/** The version of a folder; null of one in which nothing is yet. Changes nothing. @throws ERR_STORE_NEWER, ERR_STORE_DAMAGED */
export async function folderVersion(folder: DurableFolder): Promise<number | null> {
  const document = await readDocument(folder, VERSION, schema);
  if (document === null) return (await folder.list(".")).some((name) => name.endsWith(".json") || name.endsWith("/")) ? 1 : null;
  if (document.version > FOLDER_VERSION) throw new AmanaError("ERR_STORE_NEWER");
  return document.version;
}

/** Takes the steps from `version` on. Whoever calls says with {@link stampVersion} that they are done. @throws ERR_STORE_WRITE */
export async function upgradeFolder(folder: DurableFolder, version: number): Promise<void> {
  for (let from = version; from < FOLDER_VERSION; from++) {
    const step = UPGRADES[from];
    if (step === undefined) throw damaged([VERSION]);
    await step(folder);
  }
}

/** Says that a folder is of the present version. @throws ERR_STORE_WRITE */
export function stampVersion(folder: DurableFolder): Promise<void> {
  return writeDocument(folder, VERSION, schema, { version: FOLDER_VERSION });
}
