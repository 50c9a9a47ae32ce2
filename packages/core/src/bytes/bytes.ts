import { AmanaError } from "../errors/index.ts";

/** Joins byte strings. Each is an argument on the stack: for tens of thousands of parts allocate and `set` instead. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Whether two byte strings are equal, in time that depends on their lengths alone. Use it for everything secret. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Orders byte strings as unsigned numbers, shorter first on a common prefix. For public values: it is not constant-time. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** UTF-8 of a string in NFC; an unpaired surrogate is refused. @throws ERR_BYTES_ENCODING */
export function utf8(text: string): Uint8Array {
  // With the `u` flag a surrogate matches only where it is unpaired.
  if (text !== text.normalize("NFC") || /\p{Surrogate}/u.test(text)) throw new AmanaError("ERR_BYTES_ENCODING");
  return new TextEncoder().encode(text);
}

/** A string from UTF-8, fatal on bad bytes, a byte-order mark or a text that is not NFC. @throws ERR_BYTES_ENCODING */
export function fromUtf8(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text !== text.normalize("NFC")) throw new AmanaError("ERR_BYTES_ENCODING");
  return text;
}

/** UTF-8 of any normalisation, fatal on bad bytes and on a byte-order mark. @throws ERR_BYTES_ENCODING */
export function decodeUtf8(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AmanaError("ERR_BYTES_ENCODING");
  }
  if (text.startsWith("\uFEFF")) throw new AmanaError("ERR_BYTES_ENCODING");
  return text;
}

/** Big-endian unsigned integer of 1, 2 or 4 bytes. @throws TypeError if it does not fit */
export function uint(value: number, width: 1 | 2 | 4): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0 || value >= 2 ** (8 * width)) throw new TypeError(`not a uint${8 * width}`);
  const out = new Uint8Array(width);
  for (let i = width - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
}

/** Big-endian unsigned 64-bit integer of a safe number. @throws TypeError if it does not fit */
export function uint64(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError("not a safe uint64");
  return concat(uint(Math.floor(value / 2 ** 32), 4), uint(value % 2 ** 32, 4));
}

/** A copy with its own buffer, for bytes that outlive the buffer they were cut from. */
export function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
