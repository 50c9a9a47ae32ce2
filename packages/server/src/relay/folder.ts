import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { fromHex, hex, type Rng, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type SigningKey, signingKey } from "@amana/core/primitives";
import * as v from "valibot";
import { readDocument, writeDocument } from "../stores/lowdb/document.ts";
import { nodeFiles } from "../stores/lowdb/files.ts";
import { DurableFolder, writeError } from "../stores/lowdb/folder.ts";
import { type Lock, takeLock } from "../stores/lowdb/lock.ts";

const KEY = "relay.json";
const keySchema = v.strictObject({ seed: hex(32) });

/** A relay's data folder, which no other process uses meanwhile, and its key. */
export interface RelayFolder {
  readonly folder: DurableFolder;
  readonly key: SigningKey;
  readonly lock: Lock;
}

/**
 * Makes a relay in a new or empty folder: its signing key, which stays there. @returns the public key, for the round's file
 * @throws ERR_FOLDER_NOT_EMPTY, ERR_STORE_WRITE; then nothing was changed
 */
export async function initRelay(path: string, rng: Rng): Promise<Uint8Array> {
  const seed = rng(32);
  try {
    await mkdir(resolve(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw writeError(error);
  }
  if ((await readdir(resolve(path))).length > 0) throw new AmanaError("ERR_FOLDER_NOT_EMPTY");
  await writeDocument(new DurableFolder(resolve(path), nodeFiles), KEY, keySchema, { seed: toHex(seed) });
  return signingKey(seed).publicKey;
}

/** Opens a relay's folder and clears away what interrupted writing left. @throws ERR_CONFIG_INVALID, ERR_STORE_BUSY, ERR_STORE_DAMAGED */
export async function openRelayFolder(path: string): Promise<RelayFolder> {
  if (!existsSync(resolve(path, KEY))) throw noRelay();
  const lock = await takeLock(resolve(path));
  try {
    const folder = new DurableFolder(resolve(path), nodeFiles);
    await folder.sweep();
    const stored = await readDocument(folder, KEY, keySchema);
    if (stored === null) throw noRelay();
    return { folder, key: signingKey(fromHex(stored.seed)), lock };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

function noRelay(): AmanaError<"ERR_CONFIG_INVALID"> {
  return new AmanaError("ERR_CONFIG_INVALID", { note: "This folder holds no relay. Make one with amana relay init." });
}
