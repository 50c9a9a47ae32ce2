import { readFile, stat } from "node:fs/promises";
import { decryptKeyFile, encryptKeyFile, type KeyFile } from "@amana/client/keys";
import { AmanaError } from "@amana/core/errors";
import { writeWhole } from "./write-whole.ts";

/** Encrypts a key file with a passphrase and writes it whole or not at all, for its owner alone. */
export async function writeKeyFile(path: string, file: KeyFile, passphrase: string): Promise<void> {
  await writeWhole(path, await encryptKeyFile(file, passphrase));
}

/** Opens a key file. @throws ERR_KEY_FILE when it is none, ERR_PASSPHRASE when the passphrase does not open it */
export async function readKeyFile(path: string, passphrase: string): Promise<KeyFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    throw new AmanaError("ERR_KEY_FILE", { note: "There is no such file, or it may not be read." });
  }
  return decryptKeyFile(bytes, passphrase);
}

/** Whether a file is there. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
