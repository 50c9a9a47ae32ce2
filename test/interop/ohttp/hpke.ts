import { createCipheriv, createDecipheriv } from "node:crypto";
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

/*
 * The sender's half of HPKE in base mode, from RFC 9180 alone, with HKDF-SHA256. It shares no code with the packages and is no
 * HPKE library: an answer that the gateway opens for it was sealed by somebody who had only the specification.
 */

/** HKDF-SHA256 (RFC 9180 §7.2). */
export const HKDF_SHA256 = 0x0001;
const HASH_LENGTH = 32;

/** A KEM (RFC 9180 §4). `encapsulate` is deterministic in what a sender would draw, so that published values can be met. */
export interface Kem {
  readonly id: number;
  readonly publicKeyLength: number;
  encapsulate(publicKey: Uint8Array, randomness: Uint8Array): { readonly sharedSecret: Uint8Array; readonly enc: Uint8Array };
}

/** An AEAD (RFC 9180 §7.3), by its name in Node's cryptography. */
export interface Aead {
  readonly id: number;
  readonly cipher: "aes-128-gcm" | "chacha20-poly1305";
  readonly keyLength: number;
  readonly nonceLength: number;
}

export const AES_128_GCM: Aead = { id: 0x0001, cipher: "aes-128-gcm", keyLength: 16, nonceLength: 12 };
export const CHACHA20_POLY1305: Aead = { id: 0x0003, cipher: "chacha20-poly1305", keyLength: 32, nonceLength: 12 };
const TAG_LENGTH = 16;

/** I2OSP of two bytes. */
export function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "ascii"));
}

/** The KDF's `Extract` and `Expand` without labels, which RFC 9458 §4.4 uses. */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return extract(sha256, ikm, salt);
}

export function hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return expand(sha256, prk, info, length);
}

/** `LabeledExtract` and `LabeledExpand` under one suite id (RFC 9180 §4). */
export class LabeledKdf {
  readonly #suiteId: Uint8Array;

  constructor(suiteId: Uint8Array) {
    this.#suiteId = suiteId;
  }

  extract(salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
    return hkdfExtract(salt, join(ascii("HPKE-v1"), this.#suiteId, ascii(label), ikm));
  }

  expand(prk: Uint8Array, label: string, info: Uint8Array, length: number): Uint8Array {
    return hkdfExpand(prk, join(uint16(length), ascii("HPKE-v1"), this.#suiteId, ascii(label), info), length);
  }
}

export function aeadSeal(aead: Aead, key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  // The overloads of Node's types differ by cipher; both take these arguments.
  const cipher = createCipheriv(aead.cipher as "aes-128-gcm", key, nonce, { authTagLength: TAG_LENGTH });
  cipher.setAAD(aad);
  return join(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** @throws where the tag is wrong */
export function aeadOpen(aead: Aead, key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  if (ciphertext.length < TAG_LENGTH) throw new Error("shorter than a tag");
  const decipher = createDecipheriv(aead.cipher as "aes-128-gcm", key, nonce, { authTagLength: TAG_LENGTH });
  decipher.setAuthTag(ciphertext.subarray(-TAG_LENGTH));
  return join(decipher.update(ciphertext.subarray(0, -TAG_LENGTH)), decipher.final());
}

const NOTHING = new Uint8Array();
const MODE_BASE = Uint8Array.of(0);

/** A sending context of one message: its first sequence number is its only one, so the nonce is the base nonce. */
export interface SendingContext {
  readonly enc: Uint8Array;
  readonly seal: (aad: Uint8Array, plaintext: Uint8Array) => Uint8Array;
  readonly export: (exporterContext: Uint8Array, length: number) => Uint8Array;
}

/** `SetupBaseS` (RFC 9180 §5.1.1): the KEM, then the key schedule with an empty PSK and PSK id. */
export function setupBaseS(kem: Kem, aead: Aead, publicKey: Uint8Array, info: Uint8Array, randomness: Uint8Array): SendingContext {
  const { sharedSecret, enc } = kem.encapsulate(publicKey, randomness);
  const kdf = new LabeledKdf(join(ascii("HPKE"), uint16(kem.id), uint16(HKDF_SHA256), uint16(aead.id)));
  const context = join(MODE_BASE, kdf.extract(NOTHING, "psk_id_hash", NOTHING), kdf.extract(NOTHING, "info_hash", info));
  const secret = kdf.extract(sharedSecret, "secret", NOTHING);
  const key = kdf.expand(secret, "key", context, aead.keyLength);
  const baseNonce = kdf.expand(secret, "base_nonce", context, aead.nonceLength);
  const exporterSecret = kdf.expand(secret, "exp", context, HASH_LENGTH);
  return {
    enc,
    seal: (aad, plaintext) => aeadSeal(aead, key, baseNonce, aad, plaintext),
    export: (exporterContext, length) => kdf.expand(exporterSecret, "sec", exporterContext, length),
  };
}
