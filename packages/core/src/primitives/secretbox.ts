import nacl from "tweetnacl";

const ZERO_NONCE = new Uint8Array(24);
export const BOX_OVERHEAD = 16;

/**
 * XSalsa20-Poly1305 with a key that is used once, hence the zero nonce. It commits to neither key nor context:
 * whoever calls this commits to the key elsewhere.
 */
export function boxSeal(plaintext: Uint8Array, key: Uint8Array, nonce: Uint8Array = ZERO_NONCE): Uint8Array {
  return nacl.secretbox(plaintext, nonce, key);
}

/** The plaintext, or null when the box was not made with this key. */
export function boxOpen(box: Uint8Array, key: Uint8Array, nonce: Uint8Array = ZERO_NONCE): Uint8Array | null {
  return nacl.secretbox.open(box, nonce, key);
}
