import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 as mlKem } from "@noble/post-quantum/ml-kem.js";
import { platform } from "#platform";
import { concat, utf8 } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import type { Platform } from "./platform.ts";

/** X-Wing (draft-connolly-cfrg-xwing-kem): ML-KEM-768 with X25519; stays safe if either half holds. */
export const KEM_PUBLIC_KEY = 1216;
export const KEM_CIPHERTEXT = 1120;
export const KEM_SEED = 32;
export const KEM_RANDOMNESS = 64;

const ML_KEM_PUBLIC_KEY = 1184;
const ML_KEM_CIPHERTEXT = 1088;
const ML_KEM_SEED = 64;
const ML_KEM_RANDOMNESS = 32;
/** The label of the combiner (section 5.3). */
const LABEL = utf8("\\.//^\\");
/** u = 9, the base point (RFC 7748 §4.1). */
const BASE = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : 0));

/** A recipient's key pair: the 32-byte seed is the secret, the public key goes into the manifest. */
export interface KemKey {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** X-Wing's decapsulation key, expanded from its seed. */
interface Expanded {
  readonly mlKemSecret: Uint8Array;
  readonly x25519Secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

type Curve = Pick<Platform, "x25519">;

/** The key pair of a 32-byte seed. */
export function kemKey(seed: Uint8Array): KemKey {
  return { seed, publicKey: expanded(seed, platform).publicKey };
}

/** A shared secret (32 bytes) and its ciphertext (1120), deterministic in 64 bytes of randomness. @throws ERR_ENVELOPE_FORMAT on a bad key */
export function encapsulate(publicKey: Uint8Array, randomness: Uint8Array): { sharedSecret: Uint8Array; ciphertext: Uint8Array } {
  return encapsulateOn(platform, publicKey, randomness);
}

/** The shared secret of a ciphertext. ML-KEM rejects implicitly: a wrong ciphertext gives another secret, not an error. @throws ERR_ENVELOPE_FORMAT on a ciphertext that is none */
export function decapsulate(key: KemKey, ciphertext: Uint8Array): Uint8Array {
  return decapsulateOn(platform, key, ciphertext);
}

/** {@link encapsulate} (section 5.4) with X25519 of a given platform, so that tests can show one answer on each. */
export function encapsulateOn(
  curve: Curve,
  publicKey: Uint8Array,
  randomness: Uint8Array,
): { sharedSecret: Uint8Array; ciphertext: Uint8Array } {
  if (publicKey.length !== KEM_PUBLIC_KEY || randomness.length !== KEM_RANDOMNESS) throw new AmanaError("ERR_ENVELOPE_FORMAT");
  const x25519Public = publicKey.subarray(ML_KEM_PUBLIC_KEY);
  const ephemeral = randomness.subarray(ML_KEM_RANDOMNESS);
  try {
    const first = mlKem.encapsulate(publicKey.subarray(0, ML_KEM_PUBLIC_KEY), randomness.subarray(0, ML_KEM_RANDOMNESS));
    const second = curve.x25519(ephemeral, x25519Public);
    const x25519Ciphertext = curve.x25519(ephemeral, BASE);
    return {
      sharedSecret: combine(first.sharedSecret, second, x25519Ciphertext, x25519Public),
      ciphertext: concat(first.cipherText, x25519Ciphertext),
    };
  } catch {
    throw new AmanaError("ERR_ENVELOPE_FORMAT");
  }
}

/** {@link decapsulate} (section 5.5) with X25519 of a given platform. */
export function decapsulateOn(curve: Curve, { seed }: KemKey, ciphertext: Uint8Array): Uint8Array {
  if (ciphertext.length !== KEM_CIPHERTEXT) throw new AmanaError("ERR_ENVELOPE_FORMAT");
  const key = expanded(seed, curve);
  const x25519Ciphertext = ciphertext.subarray(ML_KEM_CIPHERTEXT);
  try {
    const first = mlKem.decapsulate(ciphertext.subarray(0, ML_KEM_CIPHERTEXT), key.mlKemSecret);
    const second = curve.x25519(key.x25519Secret, x25519Ciphertext);
    return combine(first, second, x25519Ciphertext, key.publicKey.subarray(ML_KEM_PUBLIC_KEY));
  } catch {
    throw new AmanaError("ERR_ENVELOPE_FORMAT");
  }
}

/** Section 5.3. */
function combine(mlKemSecret: Uint8Array, x25519Secret: Uint8Array, x25519Ciphertext: Uint8Array, x25519Public: Uint8Array): Uint8Array {
  return sha3_256(concat(mlKemSecret, x25519Secret, x25519Ciphertext, x25519Public, LABEL));
}

/** Expanding takes longer than decapsulating: whoever opens a hundred thousand envelopes does it once. Forgotten with the seed. */
const expandedKeys = new WeakMap<Uint8Array, Expanded>();

/** Section 5.2, `expandDecapsulationKey`. */
function expanded(seed: Uint8Array, curve: Curve): Expanded {
  const known = expandedKeys.get(seed);
  if (known !== undefined) return known;
  if (seed.length !== KEM_SEED) throw new AmanaError("ERR_ENVELOPE_FORMAT");
  const bytes = shake256(seed, { dkLen: ML_KEM_SEED + 32 });
  const { publicKey, secretKey } = mlKem.keygen(bytes.subarray(0, ML_KEM_SEED));
  const x25519Secret = bytes.slice(ML_KEM_SEED);
  const key = { mlKemSecret: secretKey, x25519Secret, publicKey: concat(publicKey, curve.x25519(x25519Secret, BASE)) };
  expandedKeys.set(seed, key);
  return key;
}
