import { ascii, join } from "./hpke.ts";

/* Known-length messages of binary HTTP, from RFC 9292 alone: requests are written, responses are read. */

export interface BinaryRequest {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: Uint8Array;
}

export interface BinaryResponse {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: Uint8Array;
  /** How many zeros follow the message. */
  readonly padding: number;
}

/** A variable-length integer in its shortest form (RFC 9000 §16, which RFC 9292 §3 refers to), below 2^30. */
export function varint(value: number): Uint8Array {
  if (value < 2 ** 6) return Uint8Array.of(value);
  if (value < 2 ** 14) return Uint8Array.of(0x40 | (value >> 8), value & 255);
  return Uint8Array.of(0x80 | (value >>> 24), (value >> 16) & 255, (value >> 8) & 255, value & 255);
}

function prefixed(bytes: Uint8Array): Uint8Array {
  return join(varint(bytes.length), bytes);
}

/** A known-length request (framing indicator 0), with an empty trailer section written out. */
export function encodeRequest(request: BinaryRequest): Uint8Array {
  const { method, scheme, authority, path, fields, content } = request;
  const control = [method, scheme, authority, path].map((text) => prefixed(ascii(text)));
  const lines = fields.flatMap((line) => line.map((text) => prefixed(ascii(text))));
  return join(varint(0), ...control, prefixed(join(...lines)), prefixed(content), varint(0));
}

/** Zeros after a message (RFC 9292 §3.8), up to a length. */
export function pad(message: Uint8Array, length: number): Uint8Array {
  if (message.length > length) throw new Error("does not fit");
  return join(message, new Uint8Array(length - message.length));
}

class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Uint8Array {
    if (length > this.left) throw new Error("truncated");
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  varint(): number {
    const [first = 0] = this.take(1);
    const rest = this.take(2 ** (first >> 6) - 1);
    return rest.reduce((value, byte) => value * 256 + byte, first & 63);
  }

  /** A part with its length in front; a part that was left out at the end of a message is empty (RFC 9292 §3.8). */
  prefixed(): Uint8Array {
    return this.left === 0 ? new Uint8Array() : this.take(this.varint());
  }
}

function fieldLines(section: Uint8Array): [string, string][] {
  const cursor = new Cursor(section);
  const lines: [string, string][] = [];
  while (cursor.left > 0) {
    const [name, value] = [cursor.take(cursor.varint()), cursor.take(cursor.varint())];
    if (name.length === 0) throw new Error("a field without a name");
    lines.push([Buffer.from(name).toString("latin1"), Buffer.from(value).toString("latin1")]);
  }
  return lines;
}

/** A known-length response (framing indicator 1) with no informational one before it. Padding that is not zero is refused. */
export function decodeResponse(bytes: Uint8Array): BinaryResponse {
  const cursor = new Cursor(bytes);
  if (cursor.varint() !== 1) throw new Error("no known-length response");
  const status = cursor.varint();
  if (status < 200 || status > 599) throw new Error("no final status");
  const fields = fieldLines(cursor.prefixed());
  const content = cursor.prefixed();
  if (fieldLines(cursor.prefixed()).length > 0) throw new Error("trailers");
  const padding = cursor.take(cursor.left);
  if (padding.some((byte) => byte !== 0)) throw new Error("padding that says something");
  return { status, fields, content, padding: padding.length };
}
