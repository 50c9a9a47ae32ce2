import { fromHex, utf8 } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";
import { type KemKey, kemKey, type SigningKey, signingKey } from "@amana/core/primitives";
import { Decrypter, Encrypter } from "age-encryption";
import * as v from "valibot";

/** What a trustee's or handler's key file holds. Only its owner ever has it in clear. */
export interface KeyFile {
  readonly organisation: string;
  /** Address of the server it works with. */
  readonly server: string;
  /** Id of the programme that its owner trusts there, hex: digits that were compared once. Absent where nobody has yet. */
  readonly programme?: string;
  /** Seed of the organisation's long-term signing key, hex. */
  readonly signingSeed: string;
  /** Seeds of the KEM keys by round name, hex. A round's is removed when its key is destroyed. */
  readonly rounds: Readonly<Record<string, string>>;
  /** What its owner did that must not be done otherwise a second time. Absent where a tool keeps it beside the file. */
  readonly record?: KeyFileRecord;
}

/** What a page, which has no folder to keep it in, writes into the key file before it acts. Nothing of it is on the printed backup. */
export interface KeyFileRecord {
  /** The manifest that was co-signed under each round name, id in hex: one, for ever. */
  readonly cosigned: Readonly<Record<string, string>>;
  /** The amendment that was signed under `round/number`, hash in hex. */
  readonly amended: Readonly<Record<string, string>>;
  /** By round: the attempt in which a release was signed last, and when, unix seconds by its owner's clock. */
  readonly released: Readonly<Record<string, { readonly attempt: number; readonly at: number }>>;
  /** Rounds whose keys were destroyed: the ledger may not say so yet. */
  readonly destroyed: readonly string[];
}

export const NOTHING_RECORDED: KeyFileRecord = { cosigned: {}, amended: {}, released: {}, destroyed: [] };

/** 2^16: a tenth of a second and 64 MB for the owner, a lot for who guesses. */
const SCRYPT_WORK_FACTOR = 16;
const FIRST_LINE = utf8("age-encryption.org/v1");
/** Bytes. A key file holds a few seeds for each round. */
const LARGEST_KEY_FILE = 1024 * 1024;

/** The signing key in a key file. */
export function signingKeyOf(file: KeyFile): SigningKey {
  return signingKey(fromHex(file.signingSeed, 32));
}

/** The KEM key of one round. @throws ERR_KEY_FILE when the file has none for it */
export function kemKeyOf(file: KeyFile, round: string): KemKey {
  const kemSeed = file.rounds[round];
  if (kemSeed === undefined) throw new AmanaError("ERR_KEY_FILE", { note: "It has no key for this round." });
  return kemKey(fromHex(kemSeed, 32));
}

/** Encrypts a key file with a passphrase (age, scrypt). What comes back may lie on a disk. */
export function encryptKeyFile(file: KeyFile, passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setScryptWorkFactor(SCRYPT_WORK_FACTOR);
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(JSON.stringify(file));
}

/** Opens a key file, on its owner's machine. @throws ERR_KEY_FILE when it is none, ERR_PASSPHRASE when the passphrase does not open it */
export async function decryptKeyFile(bytes: Uint8Array, passphrase: string): Promise<KeyFile> {
  if (bytes.length > LARGEST_KEY_FILE || FIRST_LINE.some((byte, at) => bytes[at] !== byte)) throw new AmanaError("ERR_KEY_FILE");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  let text: string;
  try {
    text = await decrypter.decrypt(bytes, "text");
  } catch (error) {
    // A passphrase that opens the file's key and not its contents is right: then the file is damaged.
    if (error instanceof Error && error.message.startsWith("no identity matched")) throw new AmanaError("ERR_PASSPHRASE");
    throw new AmanaError("ERR_KEY_FILE", { note: "It is damaged: make it again from its backup with amana trustee restore." });
  }
  return parseKeyFile(text);
}

const seed = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const roundName = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const recordSchema = v.strictObject({
  cosigned: v.record(roundName, seed),
  amended: v.record(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}\/[0-9]{1,3}$/)), seed),
  released: v.record(roundName, v.strictObject({ attempt: whole, at: whole })),
  destroyed: v.array(roundName),
});
const keyFileSchema: v.GenericSchema<unknown, KeyFile> = v.strictObject({
  organisation: v.string(),
  server: v.string(),
  programme: v.exactOptional(seed),
  signingSeed: seed,
  rounds: v.record(roundName, seed),
  record: v.exactOptional(recordSchema),
});

/** Reads the contents of a key file. @throws ERR_KEY_FILE */
export function parseKeyFile(text: string): KeyFile {
  try {
    return v.parse(keyFileSchema, JSON.parse(text));
  } catch {
    throw new AmanaError("ERR_KEY_FILE");
  }
}
