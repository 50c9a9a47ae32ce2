import { AmanaError } from "../errors/index.ts";
import { i2osp, invert, modPow, modulusLength, os2ip, pssEncode, pssVerify, type RsaPublicKey } from "../primitives/index.ts";

/**
 * RSABSSA-SHA384-PSS (RFC 9474 §4) for any modulus of whole bytes and any salt. Internal: whoever could choose salt
 * or blinding factor could mark a person, so client.ts derives both and nothing exports this.
 */

/** What the issuer gets, and what undoes the blinding. */
export interface BlindedMessage {
  readonly blinded: Uint8Array;
  /** The inverse of the blinding factor mod n: secret until the token is used. */
  readonly inverse: bigint;
}

/**
 * Blind (RFC 9474 §4.2) with blinding factor `r` below n. @throws ERR_BLIND_INPUT when r < 2, or the factor or the
 * encoded message shares a factor with n
 */
export function blindMessage(key: RsaPublicKey, message: Uint8Array, salt: Uint8Array, r: bigint): BlindedMessage {
  if (r < 2n) throw new AmanaError("ERR_BLIND_INPUT");
  const length = modulusLength(key.n);
  // 1.–2. encoded_msg = EMSA-PSS-ENCODE(msg, bit_len(n) - 1)
  const m = os2ip(pssEncode(message, salt, length));
  // 3.–7. One inversion of m·r answers for both: it exists when m and r are each co-prime to n, and inv = (m·r)^-1 · m.
  const inverse = invert(m * r, key.n);
  if (inverse === null) throw new AmanaError("ERR_BLIND_INPUT");
  // 8.–10. z = m · r^e mod n
  return { blinded: i2osp((m * modPow(r, key.e, key.n)) % key.n, length), inverse: (inverse * m) % key.n };
}

/** Finalize (RFC 9474 §4.4). @throws ERR_TOKEN_INVALID when what comes out is not a signature of the message under this key */
export function finalizeMessage(
  key: RsaPublicKey,
  message: Uint8Array,
  saltLength: number,
  blindSignature: Uint8Array,
  inverse: bigint,
): Uint8Array {
  const length = modulusLength(key.n);
  // 1. The length of the blind signature.
  if (blindSignature.length !== length) throw new AmanaError("ERR_TOKEN_INVALID");
  // 2.–4. s = z · inv mod n
  const signature = i2osp((os2ip(blindSignature) * inverse) % key.n, length);
  // 5.–6. RSASSA-PSS-VERIFY
  if (!pssVerify(key, message, signature, saltLength)) throw new AmanaError("ERR_TOKEN_INVALID");
  return signature;
}
