import { AmanaError } from "../errors/index.ts";

const PAIRS: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Lower-case hexadecimal: how byte strings are written in every JSON document, URL and command line. */
export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += PAIRS[byte] as string;
  return text;
}

/** Bytes from lower-case hexadecimal of exactly `length` bytes, if given. @throws ERR_BYTES_ENCODING, ERR_BYTES_LENGTH */
export function fromHex(text: string, length?: number): Uint8Array<ArrayBuffer> {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) throw new AmanaError("ERR_BYTES_ENCODING");
  const out = new Uint8Array(text.length / 2);
  if (length !== undefined && out.length !== length) throw new AmanaError("ERR_BYTES_LENGTH");
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}
