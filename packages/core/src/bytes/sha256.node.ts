import { hash } from "node:crypto";

/** SHA-256 in OpenSSL: an auditor hashes every entry some ten times, and the portable code takes a tenth of a signature check for it. */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}
