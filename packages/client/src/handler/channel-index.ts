import { Reader, toHex } from "@amana/core/bytes";
import { AmanaError } from "@amana/core/errors";

/** What a server says there is of one message. Its word, until the message was fetched: only the leaf hash binds. */
export interface IndexedMessage {
  readonly writer: string;
  readonly sequence: number;
  readonly leafHash: string;
}

/** A page of what a server says there is of a reports round. */
export interface IndexPage {
  /** Messages of the epochs that were asked for. */
  readonly total: number;
  /** Ascending by leaf hash. */
  readonly messages: readonly IndexedMessage[];
  /** SHA-256 of the case records, on the first page of what came last. */
  readonly records: readonly string[];
}

/** Rows of one page; fewer are the last ones. */
export const INDEX_PAGE = 256;
const HASH = 32;
/** Bytes of one message's row. */
const ROW = HASH + 1 + HASH;
/** Bytes of a page that are read at most, with the hashes of some 30,000 records. */
export const LARGEST_PAGE: number = 8 + INDEX_PAGE * ROW + 2 ** 20;

/**
 * Reads an `Index` (docs/protocol.md §10.4); attacker-controlled. Rows ascend, from behind `after`: a page that comes again, or a row that
 * stands twice, is none. @throws ERR_RESPONSE_INVALID
 */
export function decodeIndex(bytes: Uint8Array, after: string | null): IndexPage {
  const reader = new Reader(bytes, "ERR_RESPONSE_INVALID");
  const [total, count] = [reader.uint32(), reader.uint32()];
  if (count > INDEX_PAGE) throw new AmanaError("ERR_RESPONSE_INVALID");
  const rows = reader.take(count * ROW);
  if (reader.left % HASH !== 0) throw new AmanaError("ERR_RESPONSE_INVALID");
  const [text, hashes] = [toHex(rows), toHex(reader.take(reader.left))];
  const messages: IndexedMessage[] = [];
  let last = after ?? "";
  for (let at = 0; at < rows.length; at += ROW) {
    const leafHash = text.slice(2 * (at + HASH + 1), 2 * (at + ROW));
    if (leafHash <= last) throw new AmanaError("ERR_RESPONSE_INVALID");
    last = leafHash;
    messages.push({ writer: text.slice(2 * at, 2 * (at + HASH)), sequence: rows[at + HASH] as number, leafHash });
  }
  const records = new Set<string>();
  for (let at = 0; at < hashes.length; at += 2 * HASH) records.add(hashes.slice(at, at + 2 * HASH));
  return { total, messages, records: [...records] };
}
