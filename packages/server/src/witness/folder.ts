import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type Rng, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { encodeVerifierKey, NOTE_COSIGNATURE, type NoteKey, noteKey } from "@amana/core/ledger";
import type { Programme } from "@amana/core/programme";
import type { Fetch } from "../outgoing.ts";
import { writeDocument } from "../stores/lowdb/document.ts";
import { nodeFiles } from "../stores/lowdb/files.ts";
import { DurableFolder, writeError } from "../stores/lowdb/folder.ts";
import { takeLock } from "../stores/lowdb/lock.ts";
import { witnessKeySchema } from "./model.ts";
import { watch, witnessStatus } from "./witness.ts";

/** A witness's data folder as a path of this machine. */
export function folderAt(path: string): DurableFolder {
  return new DurableFolder(resolve(path), nodeFiles);
}

/** Uses a folder that no other process uses meanwhile. @throws ERR_STORE_BUSY, ERR_STORE_WRITE */
export async function withLock<T>(path: string, use: (folder: DurableFolder) => Promise<T>): Promise<T> {
  if (!existsSync(path)) throw new AmanaError("ERR_WITNESS_MISSING");
  const lock = await takeLock(resolve(path));
  try {
    return await use(folderAt(path));
  } finally {
    await lock.release();
  }
}

/**
 * Makes a witness in a new or empty folder and returns its verifier key, for the programme. `name` is a schema-less URL.
 * @throws ERR_CONFIG_INVALID for a name that no key can have, ERR_FOLDER_NOT_EMPTY, ERR_STORE_WRITE
 */
export async function initWitness(path: string, name: string, rng: Rng): Promise<string> {
  const seed = rng(32);
  const vkey = encodeVerifierKey(named(name, seed));
  try {
    await mkdir(resolve(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw writeError(error);
  }
  if ((await readdir(resolve(path))).length > 0) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  await withLock(path, (folder) => writeDocument(folder, "witness.json", witnessKeySchema, { name, seed: toHex(seed) }));
  return vkey;
}

function named(name: string, seed: Uint8Array): NoteKey {
  try {
    return noteKey(name, seed, NOTE_COSIGNATURE);
  } catch {
    throw new AmanaError("ERR_CONFIG_INVALID", { note: "A witness's name is an address without https://, like witness.example.org." });
  }
}

/** Begins to watch a ledger, while the witness does not run. @throws as `watch`, ERR_STORE_BUSY */
export function watchLedger(path: string, url: string, programme: string, fetch: Fetch): Promise<Programme> {
  return withLock(path, (folder) => watch(folder, url, programme, fetch));
}

/** What a witness's folder says; it may run meanwhile. @throws ERR_WITNESS_MISSING, ERR_STORE_DAMAGED */
export async function statusOfWitness(path: string): ReturnType<typeof witnessStatus> {
  if (!existsSync(path)) throw new AmanaError("ERR_WITNESS_MISSING");
  return witnessStatus(folderAt(path));
}
