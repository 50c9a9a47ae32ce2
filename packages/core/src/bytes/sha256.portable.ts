import { sha256 as portable } from "@noble/hashes/sha2.js";

/** SHA-256 without a platform. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(portable(bytes));
}
