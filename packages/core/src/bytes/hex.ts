import { AmanaError } from "../errors/index.ts";

/** `0` to `9`, `a` to `f`. */
const DIGITS: Uint8Array = Uint8Array.from({ length: 16 }, (_, digit) => digit.toString(16).charCodeAt(0));
const ASCII = new TextDecoder();

/** Lower-case hexadecimal: how byte strings are written in every JSON document, URL and command line. */
export function toHex(bytes: Uint8Array): string {
  // One string at the end: an index of ten thousand messages is read as one.
  const digits = new Uint8Array(2 * bytes.length);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    digits[2 * at] = DIGITS[byte >> 4] as number;
    digits[2 * at + 1] = DIGITS[byte & 15] as number;
  }
  return ASCII.decode(digits);
}

/** Bytes from lower-case hexadecimal of exactly `length` bytes, if given. @throws ERR_BYTES_ENCODING, ERR_BYTES_LENGTH */
export function fromHex(text: string, length?: number): Uint8Array<ArrayBuffer> {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new AmanaError("ERR_BYTES_ENCODING");
  const out = new Uint8Array(text.length / 2);
  if (length !== undefined && out.length !== length) throw new AmanaError("ERR_BYTES_LENGTH");
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}
