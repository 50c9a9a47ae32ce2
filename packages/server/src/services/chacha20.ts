import { createCipheriv, createDecipheriv } from "node:crypto";
import { type Aead, CHACHA20_POLY1305 } from "@amana/core/ohttp";

const NAME = "chacha20-poly1305";
const TAG = { authTagLength: 16 };

/** ChaCha20-Poly1305 of RFC 8439, as OpenSSL has it. */
export const chacha20Poly1305: Aead = {
  ...CHACHA20_POLY1305,
  seal(key, nonce, plaintext) {
    const cipher = createCipheriv(NAME, key, nonce, TAG);
    return new Uint8Array(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
  },
  open(key, nonce, ciphertext) {
    const decipher = createDecipheriv(NAME, key, nonce, TAG);
    decipher.setAuthTag(ciphertext.subarray(ciphertext.length - TAG.authTagLength));
    try {
      const text = decipher.update(ciphertext.subarray(0, ciphertext.length - TAG.authTagLength));
      return new Uint8Array(Buffer.concat([text, decipher.final()]));
    } catch {
      return null;
    }
  },
};
