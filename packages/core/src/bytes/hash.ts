import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 as hashFunction } from "@noble/hashes/sha2.js";
import { sha256 } from "#sha256";
import { utf8 } from "./bytes.ts";
import type { Tag } from "./tags.ts";

/** What `H` and `KDF` hash: byte strings as they are, text as UTF-8. Integers are given as bytes of their stated width. */
export type Part = Uint8Array | string;

const tags = new Map<Tag, Uint8Array>();

/** The bytes of a tag, of which there are few: encoded once. */
function tagBytes(tag: Tag): Uint8Array {
  const known = tags.get(tag);
  if (known !== undefined) return known;
  const bytes = utf8(tag);
  tags.set(tag, bytes);
  return bytes;
}

/** u32-big-endian-length-prefixed tag and parts: no two lists of parts encode alike. */
function encodeParts(tag: Tag, parts: readonly Part[]): Uint8Array {
  const encoded = [tagBytes(tag), ...parts.map((part) => (typeof part === "string" ? utf8(part) : part))];
  const out = new Uint8Array(encoded.reduce((length, bytes) => length + 4 + bytes.length, 0));
  const view = new DataView(out.buffer);
  let offset = 0;
  for (const bytes of encoded) {
    view.setUint32(offset, bytes.length);
    out.set(bytes, offset + 4);
    offset += 4 + bytes.length;
  }
  return out;
}

/** `H(tag, a, …)` of docs/protocol.md §1: SHA-256 over the length-prefixed tag and parts. 32 bytes. */
export function H(tag: Tag, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  return sha256(encodeParts(tag, parts));
}

/** `KDF(ikm, salt, tag, …; length)`: HKDF-SHA256 (RFC 5869) whose info is the same encoding as `H`'s. 32 bytes unless said. */
export function KDF(ikm: Uint8Array, salt: Uint8Array, tag: Tag, parts: readonly Part[] = [], length = 32): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdf(hashFunction, ikm, salt, encodeParts(tag, parts), length));
}

/** Plain SHA-256, where a foreign standard or a content address names it. */
export function SHA256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return sha256(bytes);
}

/** {@link SHA256} of bytes that come in pieces, for files that are larger than anyone wants to hold. */
export class RunningSHA256 {
  readonly #hash = hashFunction.create();

  /** Takes the next piece. */
  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  /** The hash of all pieces; nothing can be added after it. */
  digest(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#hash.digest());
  }
}
