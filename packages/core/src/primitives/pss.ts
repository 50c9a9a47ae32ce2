import { sha384 } from "@noble/hashes/sha2.js";
import { concat, equal, uint } from "../bytes/index.ts";
import { i2osp, modPow, modulusLength, os2ip, type RsaPublicKey } from "./rsa.ts";

/** SHA-384 gives 48 bytes, and the salt of RSABSSA-SHA384-PSS is as long (RFC 9474 §5). */
const HASH = 48;
export const PSS_SALT = 48;

/**
 * EMSA-PSS-ENCODE (RFC 8017 §9.1.1) with SHA-384 and MGF1-SHA-384 for a modulus of `length` bytes.
 * As many bytes as the modulus, the leading bit zero. @throws TypeError when the modulus is too short
 */
export function pssEncode(message: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  if (length < HASH + salt.length + 2) throw new TypeError("modulus too short");
  // 5.–6. H = Hash(0^8 ‖ Hash(M) ‖ salt)
  const hash = sha384(concat(new Uint8Array(8), sha384(message), salt));
  // 7.–8. DB = PS ‖ 0x01 ‖ salt
  const db = concat(new Uint8Array(length - HASH - salt.length - 2), Uint8Array.of(1), salt);
  // 9.–12. EM = maskedDB ‖ H ‖ 0xbc, the leading bit cleared
  return concat(mask(db, hash), hash, Uint8Array.of(0xbc));
}

/**
 * EMSA-PSS-VERIFY (RFC 8017 §9.1.2): takes the salt out and encodes again. What differs anywhere, in the padding,
 * the leading bit, the trailer or the length of the salt, is refused.
 */
export function pssMatches(encoded: Uint8Array, message: Uint8Array, saltLength: number): boolean {
  const split = encoded.length - HASH - 1;
  const db = mask(encoded.subarray(0, split), encoded.subarray(split, split + HASH));
  return equal(encoded, pssEncode(message, db.subarray(db.length - saltLength), encoded.length));
}

/**
 * RSASSA-PSS-VERIFY (RFC 8017 §8.1.2). The caller has checked that the signature is as long as the modulus and
 * below it.
 */
export function pssVerify(key: RsaPublicKey, message: Uint8Array, signature: Uint8Array, saltLength: number): boolean {
  const encoded = modPow(os2ip(signature), key.e, key.n);
  return pssMatches(i2osp(encoded, modulusLength(key.n)), message, saltLength);
}

/** Combines with MGF1-SHA-384 (RFC 8017 §B.2.1) of the hash and clears the leading bit. */
function mask(db: Uint8Array, hash: Uint8Array): Uint8Array {
  const out = new Uint8Array(db);
  for (let offset = 0, counter = 0; offset < out.length; offset += HASH, counter++) {
    const stream = sha384(concat(hash, uint(counter, 4)));
    for (let i = 0; i < HASH && offset + i < out.length; i++) out[offset + i] = (out[offset + i] as number) ^ (stream[i] as number);
  }
  out[0] = (out[0] as number) & 0x7f;
  return out;
}
