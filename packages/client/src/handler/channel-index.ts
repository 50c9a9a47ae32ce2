import { Reader, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";

/** What a server says there is of one message. Its word, until the message was fetched: only the leaf hash binds. */
export interface IndexedMessage {
  readonly writer: string;
  readonly sequence: number;
  readonly leafHash: string;
}

/** What a server says there is of a reports round. */
export interface ChannelIndex {
  readonly messages: readonly IndexedMessage[];
  /** SHA-256 of the case records. */
  readonly records: readonly string[];
}

/** Bytes of an index that are read at most: some 500,000 messages. */
export const LARGEST_INDEX: number = 32 * 1024 * 1024;

const HASH = 32;
/** Bytes of one message's row. */
const ROW = HASH + 1 + HASH;

/** Reads an `Index` (docs/protocol.md §10.4); attacker-controlled. A message that is named twice is one. @throws ERR_RESPONSE_INVALID */
export function decodeIndex(bytes: Uint8Array): ChannelIndex {
  const reader = new Reader(bytes, "ERR_RESPONSE_INVALID");
  const count = reader.uint32();
  const rows = reader.take(count * ROW);
  if (reader.left % HASH !== 0) throw new AmanaError("ERR_RESPONSE_INVALID");
  // All of it at once: a list does not wait for junk, of which there may be ten thousand rows.
  const [text, hashes] = [toHex(rows), toHex(reader.take(reader.left))];
  const messages = new Map<string, IndexedMessage>();
  for (let at = 0; at < rows.length; at += ROW) {
    const leafHash = text.slice(2 * (at + HASH + 1), 2 * (at + ROW));
    messages.set(leafHash, { writer: text.slice(2 * at, 2 * (at + HASH)), sequence: rows[at + HASH] as number, leafHash });
  }
  const records = new Set<string>();
  for (let at = 0; at < hashes.length; at += 2 * HASH) records.add(hashes.slice(at, at + 2 * HASH));
  return { messages: [...messages.values()], records: [...records] };
}
