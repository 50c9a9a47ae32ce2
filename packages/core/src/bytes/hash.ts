import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, uint, utf8 } from "./bytes.ts";
import type { Tag } from "./tags.ts";

/** What `H` and `KDF` hash: byte strings as they are, text as UTF-8. Integers are given as bytes of their stated width. */
export type Part = Uint8Array | string;

/** u32-big-endian-length-prefixed tag and parts: no two lists of parts encode alike. */
function encodeParts(tag: Tag, parts: readonly Part[]): Uint8Array {
  return concat(
    ...[tag, ...parts].flatMap((part) => {
      const bytes = typeof part === "string" ? utf8(part) : part;
      return [uint(bytes.length, 4), bytes];
    }),
  );
}

/** `H(tag, a, …)` of docs/protocol.md §1: SHA-256 over the length-prefixed tag and parts. 32 bytes. */
export function H(tag: Tag, ...parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256(encodeParts(tag, parts)));
}

/** `KDF(ikm, salt, tag, …; length)`: HKDF-SHA256 (RFC 5869) whose info is the same encoding as `H`'s. 32 bytes unless said. */
export function KDF(ikm: Uint8Array, salt: Uint8Array, tag: Tag, parts: readonly Part[] = [], length = 32): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hkdf(sha256, ikm, salt, encodeParts(tag, parts), length));
}

/** Plain SHA-256, where a foreign standard or a content address names it. */
export function SHA256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256(bytes));
}
