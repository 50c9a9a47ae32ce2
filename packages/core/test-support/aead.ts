import { createCipheriv, createDecipheriv } from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { concat, uint } from "../src/bytes/index.ts";
import { hkdfExpand, hkdfExtract } from "../src/ohttp/hpke.ts";
import { type Aead, CHACHA20_POLY1305, type Kem } from "../src/ohttp/index.ts";

/** An AEAD of OpenSSL's. */
function openssl(parameters: Pick<Aead, "id" | "keyLength" | "nonceLength">, name: "aes-128-gcm" | "chacha20-poly1305"): Aead {
  const options = { authTagLength: 16 };
  return {
    ...parameters,
    seal(key, nonce, plaintext) {
      const cipher = createCipheriv(name as "aes-128-gcm", key, nonce, options);
      return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
    },
    open(key, nonce, ciphertext) {
      const decipher = createDecipheriv(name as "aes-128-gcm", key, nonce, options);
      decipher.setAuthTag(ciphertext.slice(-16));
      try {
        return new Uint8Array(Buffer.concat([decipher.update(ciphertext.slice(0, -16)), decipher.final()]));
      } catch {
        return null;
      }
    },
  };
}

export const aes128Gcm: Aead = openssl({ id: 1, keyLength: 16, nonceLength: 12 }, "aes-128-gcm");
export const chacha20Poly1305: Aead = openssl(CHACHA20_POLY1305, "chacha20-poly1305");

/** DHKEM(X25519, HKDF-SHA256) of RFC 9180 §4.1, for the example of RFC 9458 alone. The randomness is the ephemeral secret key. */
export const dhkemX25519: Kem = {
  id: 0x20,
  publicKeyLength: 32,
  encapsulationLength: 32,
  encapsulate(publicKey, rng) {
    const secret = rng(32);
    const encapsulation = x25519.getPublicKey(secret);
    return { sharedSecret: shared(x25519.getSharedSecret(secret, publicKey), encapsulation, publicKey), encapsulation };
  },
  decapsulate(encapsulation, secretKey) {
    return shared(x25519.getSharedSecret(secretKey, encapsulation), encapsulation, x25519.getPublicKey(secretKey));
  },
};

function shared(dh: Uint8Array, encapsulation: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const text = (label: string) => new TextEncoder().encode(label);
  const prefix = concat(text("HPKE-v1KEM"), uint(0x20, 2));
  const prk = hkdfExtract(new Uint8Array(0), concat(prefix, text("eae_prk"), dh));
  return hkdfExpand(prk, concat(uint(32, 2), prefix, text("shared_secret"), encapsulation, publicKey), 32);
}
