import { concat, fromUtf8, Reader, toHex, uint } from "@amana/core/bytes";

/**
 * What a handler's machine keeps between two visits, so that no message or record is fetched and opened twice: by hash, the opened bytes, or
 * nothing for what does not open. Whoever implements it encrypts what it writes under the key file: it is all that reporters wrote.
 */
export interface OpenedMessages {
  get(hash: string): Uint8Array | null;
  /** Hashes of everything that is kept, of one channel. */
  hashes(): Iterable<string>;
  /** Returns once they are kept. */
  put(entries: readonly OpenedEntry[]): Promise<void>;
}

/** One opened message or record; empty `plaintext`: it was not sealed or not written as the protocol says, and never will be. */
export interface OpenedEntry {
  readonly hash: string;
  readonly plaintext: Uint8Array;
}

/** Keeps what was opened as long as the page or the process lives. */
export function openedInMemory(): OpenedMessages {
  const kept = new Map<string, Uint8Array>();
  return {
    get: (hash) => kept.get(hash) ?? null,
    hashes: () => kept.keys(),
    async put(entries) {
      for (const { hash, plaintext } of entries) kept.set(hash, plaintext);
    },
  };
}

/** A message that was opened, with what its signature binds. */
export interface OpenedMessage {
  readonly writer: string;
  readonly sequence: number;
  readonly plaintext: Uint8Array;
}

/** `responseKey[32] ‖ u8 sequence ‖ plaintext`, as {@link OpenedMessages} keeps a message. */
export function encodeOpened(responseKey: Uint8Array, sequence: number, plaintext: Uint8Array): Uint8Array {
  return concat(responseKey, uint(sequence, 1), plaintext);
}

/** Null for what does not open. */
export function decodeOpened(bytes: Uint8Array): OpenedMessage | null {
  if (bytes.length === 0) return null;
  const reader = new Reader(bytes, "ERR_KEY_FILE");
  return { writer: toHex(reader.take(32)), sequence: reader.uint8(), plaintext: reader.take(reader.left) };
}

/** Whether what is kept is a record, as our own JSON, and not a message, which begins with a key and a number. */
export function isOpenedRecord(bytes: Uint8Array): boolean {
  if (bytes[0] !== "{".charCodeAt(0)) return false;
  try {
    JSON.parse(fromUtf8(bytes));
    return true;
  } catch {
    return false;
  }
}
