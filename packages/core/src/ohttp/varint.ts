import { concat, type Reader, uint, uint64 } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";

/** Variable-length integer of RFC 9000 §16, in the shortest form. @throws TypeError if it is no safe unsigned integer */
export function varint(value: number): Uint8Array {
  if (value < 2 ** 6) return uint(value, 1);
  if (value < 2 ** 14) return withPrefix(uint(value, 2), 0x40);
  if (value < 2 ** 30) return withPrefix(uint(value, 4), 0x80);
  return withPrefix(uint64(value), 0xc0);
}

/** Reads a variable-length integer of any width. @throws ERR_BINARY_HTTP */
export function readVarint(reader: Reader): number {
  const first = reader.uint8();
  const rest = reader.take(2 ** (first >> 6) - 1);
  const value = rest.reduce((sum, byte) => sum * 256 + byte, first & 0x3f);
  if (!Number.isSafeInteger(value)) throw new AmanaError("ERR_BINARY_HTTP");
  return value;
}

/** A length and that many bytes. */
export function prefixed(bytes: Uint8Array): Uint8Array {
  return concat(varint(bytes.length), bytes);
}

/** The counterpart of {@link prefixed}. @throws ERR_BINARY_HTTP */
export function readPrefixed(reader: Reader): Uint8Array<ArrayBuffer> {
  return reader.take(readVarint(reader));
}

function withPrefix(bytes: Uint8Array, prefix: number): Uint8Array {
  bytes[0] = (bytes[0] as number) | prefix;
  return bytes;
}
