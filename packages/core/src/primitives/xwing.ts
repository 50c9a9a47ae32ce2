import { ml_kem768_x25519 as xwing } from "@noble/post-quantum/hybrid.js";
import { AmanaError } from "../errors/index.ts";

/** X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 with X25519; stays safe if either half holds. */
export const KEM_PUBLIC_KEY = 1216;
export const KEM_CIPHERTEXT = 1120;
export const KEM_SEED = 32;
export const KEM_RANDOMNESS = 64;

/** A recipient's key pair: the 32-byte seed is the secret, the public key goes into the manifest. */
export interface KemKey {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The key pair of a 32-byte seed. */
export function kemKey(seed: Uint8Array): KemKey {
  return { seed, publicKey: xwing.keygen(seed).publicKey };
}

/** A shared secret (32 bytes) and its ciphertext (1120), deterministic in 64 bytes of randomness. @throws ERR_ENVELOPE_FORMAT on a bad key */
export function encapsulate(publicKey: Uint8Array, randomness: Uint8Array): { sharedSecret: Uint8Array; ciphertext: Uint8Array } {
  try {
    const { sharedSecret, cipherText } = xwing.encapsulate(publicKey, randomness);
    return { sharedSecret, ciphertext: cipherText };
  } catch {
    throw new AmanaError("ERR_ENVELOPE_FORMAT");
  }
}

/** The shared secret of a ciphertext. ML-KEM rejects implicitly: a wrong ciphertext gives another secret, not an error. */
export function decapsulate(key: KemKey, ciphertext: Uint8Array): Uint8Array {
  try {
    return xwing.decapsulate(ciphertext, key.seed);
  } catch {
    throw new AmanaError("ERR_ENVELOPE_FORMAT");
  }
}
