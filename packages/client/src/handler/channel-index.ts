import { Reader, toHex } from "@amana/core/bytes";

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

/** Reads an `Index` (docs/protocol.md §10.4); attacker-controlled. A message that is named twice is one. @throws ERR_RESPONSE_INVALID */
export function decodeIndex(bytes: Uint8Array): ChannelIndex {
  const reader = new Reader(bytes, "ERR_RESPONSE_INVALID");
  const messages = new Map<string, IndexedMessage>();
  for (let left = reader.uint32(); left > 0; left--) {
    const [writer, sequence, leafHash] = [toHex(reader.take(32)), reader.uint8(), toHex(reader.take(32))];
    messages.set(leafHash, { writer, sequence, leafHash });
  }
  const records = new Set<string>();
  while (reader.left > 0) records.add(toHex(reader.take(32)));
  return { messages: [...messages.values()], records: [...records] };
}
