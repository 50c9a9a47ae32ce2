import { concat, Reader } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { prefixed, readPrefixed, readVarint, varint } from "./varint.ts";

/** Name, in lower case, and value of a header field. */
export type Field = readonly [name: string, value: string];

export interface BinaryRequest {
  readonly method: string;
  readonly scheme: string;
  /** Host and port; may be empty. */
  readonly authority: string;
  readonly path: string;
  readonly fields: readonly Field[];
  readonly content: Uint8Array;
}

export interface BinaryResponse {
  /** A final status, 200..599. */
  readonly status: number;
  readonly fields: readonly Field[];
  readonly content: Uint8Array;
}

/** Framing indicators of RFC 9292 §3.3: known-length, the one form spoken here. */
const REQUEST = 0;
const RESPONSE = 1;
/** Fields of one section at most. */
const LARGEST_SECTION = 32;
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** A value neither begins nor ends with white space, and has no control characters. */
const VALUE = /^$|^[!-~\x80-\xff]([\t -~\x80-\xff]*[!-~\x80-\xff])?$/;
const VISIBLE = /^[!-~]*$/;

/**
 * A request as RFC 9292 §3.1 has it, known-length, without trailers, filled up with zeros to `length` bytes (§3.8): whoever sees its length
 * learns nothing. @throws TypeError if it is longer, or has a character that no request has
 */
export function encodeBinaryRequest({ method, scheme, authority, path, fields, content }: BinaryRequest, length: number): Uint8Array {
  const control = concat(...[method, scheme, authority, path].map((part) => prefixed(text(part, VISIBLE))));
  return padded(concat(varint(REQUEST), control, section(fields), prefixed(content), varint(0)), length);
}

/** A final response, likewise. @throws TypeError as {@link encodeBinaryRequest} */
export function encodeBinaryResponse({ status, fields, content }: BinaryResponse, length: number): Uint8Array {
  return padded(concat(varint(RESPONSE), varint(status), section(fields), prefixed(content), varint(0)), length);
}

/** Reads a known-length request; trailers are checked and dropped. The bytes are attacker-controlled. @throws ERR_BINARY_HTTP */
export function decodeBinaryRequest(bytes: Uint8Array): BinaryRequest {
  const reader = begin(bytes, REQUEST);
  const [method, scheme, authority, path] = [word(reader), word(reader), word(reader), word(reader)];
  if (method === "" || scheme === "" || path === "") throw invalid();
  return { method, scheme, authority, path, ...rest(reader) };
}

/** Reads a known-length final response, likewise. @throws ERR_BINARY_HTTP also on an informational one */
export function decodeBinaryResponse(bytes: Uint8Array): BinaryResponse {
  const reader = begin(bytes, RESPONSE);
  const status = readVarint(reader);
  if (status < 200 || status > 599) throw invalid();
  return { status, ...rest(reader) };
}

function begin(bytes: Uint8Array, framing: number): Reader {
  const reader = new Reader(bytes, "ERR_BINARY_HTTP");
  if (readVarint(reader) !== framing) throw invalid();
  return reader;
}

/** Fields, content and trailers. Whatever is empty at the end may be left out (§3.8), and zeros may follow. */
function rest(reader: Reader): { fields: readonly Field[]; content: Uint8Array } {
  const part = (): Uint8Array => (reader.left === 0 ? new Uint8Array(0) : readPrefixed(reader));
  const fields = readSection(part());
  const content = part();
  readSection(part());
  if (reader.take(reader.left).some((byte) => byte !== 0)) throw invalid();
  return { fields, content };
}

function readSection(bytes: Uint8Array): readonly Field[] {
  const reader = new Reader(bytes, "ERR_BINARY_HTTP");
  const fields: Field[] = [];
  while (reader.left > 0) {
    const [name, value] = [latin1(readPrefixed(reader)), latin1(readPrefixed(reader))];
    if (!NAME.test(name) || !VALUE.test(value) || fields.length === LARGEST_SECTION) throw invalid();
    fields.push([name, value]);
  }
  return fields;
}

function section(fields: readonly Field[]): Uint8Array {
  return prefixed(concat(...fields.flatMap(([name, value]) => [prefixed(text(name, NAME)), prefixed(text(value, VALUE))])));
}

function word(reader: Reader): string {
  const read = latin1(readPrefixed(reader));
  if (!VISIBLE.test(read)) throw invalid();
  return read;
}

function latin1(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += String.fromCharCode(byte);
  return out;
}

function text(value: string, form: RegExp): Uint8Array {
  if (!form.test(value)) throw new TypeError("a character that HTTP does not have there");
  return Uint8Array.from(value, (character) => character.charCodeAt(0));
}

function padded(message: Uint8Array, length: number): Uint8Array {
  if (message.length > length) throw new TypeError("longer than the length it is to be filled up to");
  const out = new Uint8Array(length);
  out.set(message);
  return out;
}

function invalid(): AmanaError<"ERR_BINARY_HTTP"> {
  return new AmanaError("ERR_BINARY_HTTP");
}
