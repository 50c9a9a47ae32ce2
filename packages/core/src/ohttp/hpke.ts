import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concat, type Rng, uint } from "../bytes/index.ts";
import { HKDF_SHA256 } from "./key-configuration.ts";

/** An AEAD of RFC 9180 §7.3. It is a parameter: Node has it in node:crypto, browsers need a package, and core has neither. */
export interface Aead {
  /** IANA "HPKE AEAD Identifiers". */
  readonly id: number;
  /** Nk and Nn, bytes. The tag has 16. */
  readonly keyLength: number;
  readonly nonceLength: number;
  /** Ciphertext and tag, without associated data. */
  seal(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext, or null when the tag is wrong. The ciphertext is attacker-controlled and has at least 16 bytes. */
  open(key: Uint8Array, nonce: Uint8Array, ciphertext: Uint8Array): Uint8Array | null;
}

/** A KEM of RFC 9180 §7.1. */
export interface Kem {
  /** IANA "HPKE KEM Identifiers". */
  readonly id: number;
  /** Npk and Nenc, bytes. */
  readonly publicKeyLength: number;
  readonly encapsulationLength: number;
  /** A shared secret and what carries it. @throws whatever the KEM throws on a bad key */
  encapsulate(publicKey: Uint8Array, rng: Rng): { readonly sharedSecret: Uint8Array; readonly encapsulation: Uint8Array };
  /** The shared secret. `encapsulation` is attacker-controlled. @throws whatever the KEM throws */
  decapsulate(encapsulation: Uint8Array, secretKey: Uint8Array): Uint8Array;
}

/** What both ends of one exchange share (RFC 9180 §5.1, base mode): one message each way is all that is needed of it. */
export interface HpkeContext {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
  /** RFC 9180 §5.3. */
  export(context: string, length: number): Uint8Array;
}

export const AEAD_TAG = 16;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const NOTHING = new Uint8Array(0);

/** HKDF-Extract of RFC 5869 with SHA-256. */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return extract(sha256, ikm, salt);
}

/** HKDF-Expand of RFC 5869 with SHA-256. */
export function hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return expand(sha256, prk, info, length);
}

/** KeySchedule of RFC 9180 §5.1 with mode_base, HKDF-SHA256, an empty psk and an empty psk_id. */
export function keySchedule(kem: Kem, aead: Aead, sharedSecret: Uint8Array, info: Uint8Array): HpkeContext {
  const suite = concat(ascii("HPKE"), uint(kem.id, 2), uint(HKDF_SHA256, 2), uint(aead.id, 2));
  const labeledExtract = (salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array =>
    hkdfExtract(salt, concat(ascii("HPKE-v1"), suite, ascii(label), ikm));
  const labeledExpand = (prk: Uint8Array, label: string, context: Uint8Array, length: number): Uint8Array =>
    hkdfExpand(prk, concat(uint(length, 2), ascii("HPKE-v1"), suite, ascii(label), context), length);
  // 1. key_schedule_context = mode ‖ psk_id_hash ‖ info_hash
  const context = concat(uint(0, 1), labeledExtract(NOTHING, "psk_id_hash", NOTHING), labeledExtract(NOTHING, "info_hash", info));
  // 2. secret, and from it the key, the nonce of the first message and the exporter secret
  const secret = labeledExtract(sharedSecret, "secret", NOTHING);
  const exporter = labeledExpand(secret, "exp", context, 32);
  return {
    key: labeledExpand(secret, "key", context, aead.keyLength),
    baseNonce: labeledExpand(secret, "base_nonce", context, aead.nonceLength),
    export: (label, length) => labeledExpand(exporter, "sec", ascii(label), length),
  };
}
