import { mkdir, open, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { OpenedEntry, OpenedMessages } from "@amana/client/handler";
import { concat, fromHex, KDF, Reader, TAGS, toHex, uint } from "@amana/core/bytes";
import { isAmanaError } from "@amana/core/errors";
import { BOX_OVERHEAD, boxOpen, boxSeal, type KemKey, randomBytes } from "@amana/core/primitives";

const NONCE = 24;
const HASH = 32;
/** The largest message or record that is kept: a report's plaintext, and what stands before it. Bytes. */
const LARGEST = 64 * 1024;

/**
 * What a handler has opened of a channel, in a file beside its key file: what reporters wrote, each entry encrypted under a key that the
 * round's key makes. Who has the file alone reads nothing, and once the key is destroyed nobody does.
 *
 *     struct { uint32 length;  opaque nonce[24];  opaque box[length]; } Entry;           box: hash[32] ‖ plaintext
 *
 * Entries are added at the end, whoever else adds some; one that a stop cut short is taken away at the next start and fetched again.
 */
export async function openedMessages(keyPath: string, round: string, key: KemKey, manifestId: Uint8Array): Promise<OpenedMessages> {
  const path = openedPath(keyPath, round);
  const secret = KDF(key.seed, manifestId, TAGS.openedMessages);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return new Uint8Array(0);
    throw error;
  });
  const { kept, whole } = decode(bytes, secret);
  if (whole < bytes.length) await cutShort(path, whole, bytes.length);
  return {
    get: (hash) => kept.get(hash) ?? null,
    hashes: () => kept.keys(),
    async put(entries) {
      if (entries.length === 0) return;
      await append(path, concat(...entries.map((entry) => encode(entry, secret))));
      for (const { hash, plaintext } of entries) kept.set(hash, plaintext);
    },
  };
}

/** Where they are kept, so that they go with the round's key. */
export function openedPath(keyPath: string, round: string): string {
  return join(`${keyPath}.work`, round, "opened");
}

/** Removes what was opened of a round. */
export function forgetOpened(keyPath: string, round: string): Promise<void> {
  return rm(openedPath(keyPath, round), { force: true });
}

function encode({ hash, plaintext }: OpenedEntry, secret: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE);
  const box = boxSeal(concat(fromHex(hash), plaintext), secret, nonce);
  return concat(uint(box.length, 4), nonce, box);
}

/** Entries up to the first that is cut short or not ours, and how many bytes they are. */
function decode(bytes: Uint8Array, secret: Uint8Array): { readonly kept: Map<string, Uint8Array>; readonly whole: number } {
  const kept = new Map<string, Uint8Array>();
  let whole = 0;
  const reader = new Reader(bytes, "ERR_KEY_FILE");
  try {
    while (reader.left > 0) {
      const length = reader.uint32();
      if (length > LARGEST + BOX_OVERHEAD) break;
      const nonce = reader.take(NONCE);
      const entry = boxOpen(reader.take(length), secret, nonce);
      if (entry === null) break;
      kept.set(toHex(entry.subarray(0, HASH)), entry.slice(HASH));
      whole = bytes.length - reader.left;
    }
  } catch (error) {
    if (!isAmanaError(error)) throw error;
  }
  return { kept, whole };
}

/** Takes away what a stop left behind the last whole entry, unless another command has added to it since: then the next one does. */
async function cutShort(path: string, whole: number, length: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    if ((await file.stat()).size === length) await file.truncate(whole);
  } finally {
    await file.close();
  }
}

/** At the end of the file as it is then, in one piece: two commands at once overwrite nothing of each other's. */
async function append(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, "a", 0o600);
  try {
    await file.write(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
