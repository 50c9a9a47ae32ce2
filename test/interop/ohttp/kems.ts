import { encapsulate } from "@amana/core/primitives";
import { x25519 } from "@noble/curves/ed25519.js";
import { ascii, join, type Kem, LabeledKdf, uint16 } from "./hpke.ts";

/** DHKEM(X25519, HKDF-SHA256), RFC 9180 §4.1: what the published examples use. The randomness is the ephemeral secret key. */
export const DHKEM_X25519: Kem = {
  id: 0x0020,
  publicKeyLength: 32,
  encapsulate(publicKey, ephemeralSecret) {
    const enc = x25519.getPublicKey(ephemeralSecret);
    const kdf = new LabeledKdf(join(ascii("KEM"), uint16(0x0020)));
    const prk = kdf.extract(new Uint8Array(), "eae_prk", x25519.getSharedSecret(ephemeralSecret, publicKey));
    return { enc, sharedSecret: kdf.expand(prk, "shared_secret", join(enc, publicKey), 32) };
  },
};

/**
 * MLKEM768-X25519, which is X-Wing: its shared secret goes into the key schedule as it is. The primitive is the packages' own; the
 * draft's vectors and another implementation check it elsewhere.
 */
export const MLKEM768_X25519: Kem = {
  id: 0x647a,
  publicKeyLength: 1216,
  encapsulate(publicKey, randomness) {
    const { sharedSecret, ciphertext } = encapsulate(publicKey, randomness);
    return { sharedSecret, enc: ciphertext };
  },
};
