import { open, readFile, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { fromHex, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type KemKey, kemKey, type SigningKey, signingKey } from "@amana/core/primitives";
import { Decrypter, Encrypter } from "age-encryption";

/** What a trustee's or handler's key file holds. Only its owner ever has it in clear. */
export interface KeyFile {
  readonly organisation: string;
  /** Address of the server it works with. */
  readonly server: string;
  /** Seed of the organisation's long-term signing key, hex. */
  readonly signingSeed: string;
  /** Seeds of the KEM keys by round name, hex. A round's is removed when its key is destroyed. */
  readonly rounds: Readonly<Record<string, string>>;
}

/** 2^16: a tenth of a second and 64 MB for the owner, a lot for who guesses. */
const SCRYPT_WORK_FACTOR = 16;

/** The signing key in a key file. */
export function signingKeyOf(file: KeyFile): SigningKey {
  return signingKey(fromHex(file.signingSeed, 32));
}

/** The KEM key of one round. @throws ERR_KEY_FILE when the file has none for it */
export function kemKeyOf(file: KeyFile, round: string): KemKey {
  const seed = file.rounds[round];
  if (seed === undefined) throw new AmanaError("ERR_KEY_FILE", { note: "It has no key for this round." });
  return kemKey(fromHex(seed, 32));
}

/** Encrypts a key file with a passphrase (age, scrypt) and writes it whole or not at all, for its owner alone. */
export async function writeKeyFile(path: string, file: KeyFile, passphrase: string): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(SCRYPT_WORK_FACTOR);
  encrypter.setPassphrase(passphrase);
  const bytes = await encrypter.encrypt(JSON.stringify(file));
  const temporary = `${path}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  await folder.sync().finally(() => folder.close());
}

/** Opens a key file. @throws ERR_KEY_FILE when it is none, ERR_PASSPHRASE when the passphrase does not open it */
export async function readKeyFile(path: string, passphrase: string): Promise<KeyFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch {
    throw new AmanaError("ERR_KEY_FILE", { note: "There is no such file, or it may not be read." });
  }
  if (!Buffer.from(bytes.subarray(0, 21)).equals(Buffer.from("age-encryption.org/v1"))) throw new AmanaError("ERR_KEY_FILE");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let text: string;
  try {
    text = await decrypter.decrypt(bytes, "text");
  } catch {
    throw new AmanaError("ERR_PASSPHRASE");
  }
  return parseKeyFile(text);
}

/** Reads the contents of a key file. @throws ERR_KEY_FILE */
export function parseKeyFile(text: string): KeyFile {
  try {
    const { organisation, server, signingSeed, rounds } = JSON.parse(text);
    if (typeof organisation !== "string" || typeof server !== "string" || toHex(fromHex(signingSeed, 32)) !== signingSeed)
      throw new AmanaError("ERR_KEY_FILE");
    for (const seed of Object.values(rounds)) fromHex(String(seed), 32);
    return { organisation, server, signingSeed, rounds };
  } catch {
    throw new AmanaError("ERR_KEY_FILE");
  }
}

/** Whether a file is there. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
