import { platform } from "#platform";
import { fromHex, toHex } from "../bytes/index.ts";
import type { Platform } from "./platform.ts";

/** A signing key: the 32-byte seed is the secret, kept by its holder alone; the public key names them. */
export interface SigningKey {
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** The group order L = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032 §5.1). */
const ORDER = fromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
/** p = 2^255 − 19, little-endian. */
const PRIME = fromHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
/** The eight points of small order, encoded canonically. */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0000000000000000000000000000000000000000000000000000000000000080",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]);

/** The two y of points with x = 0. */
const ZERO_X: ReadonlySet<string> = new Set(["01".padEnd(64, "0"), `ec${"ff".repeat(30)}7f`]);

/** The signing key of a 32-byte seed (RFC 8032 §5.1.5). */
export function signingKey(seed: Uint8Array): SigningKey {
  return { seed, publicKey: platform.ed25519PublicKey(seed) };
}

/** Signs `message`; 64 bytes, the same for the same input (RFC 8032 §5.1.6). */
export function sign(key: SigningKey, message: Uint8Array): Uint8Array {
  return platform.ed25519Sign(key.seed, message);
}

/**
 * Cofactorless and strict verification, one verdict on every platform. All arguments may be attacker-controlled;
 * anything wrong is `false`, never an exception.
 */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  return verifyOn(platform, publicKey, message, signature);
}

/** {@link verify} with the last step on a given platform, so that tests can show one verdict on each. */
export function verifyOn(
  { ed25519Verify }: Pick<Platform, "ed25519Verify">,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  // 1. Lengths.
  if (signature.length !== 64) return false;
  // 2. S < L.
  if (!lessThan(signature.subarray(32), ORDER)) return false;
  // 3. A is encoded canonically and is none of the eight points of small order.
  if (!isSigningPublicKey(publicKey)) return false;
  // 4. R is encoded canonically.
  if (!isCanonicalPoint(signature.subarray(0, 32))) return false;
  // 5. The encoding of S·B − h·A equals R.
  return ed25519Verify(publicKey, message, signature);
}

/** Whether these bytes may be a public key at all: canonical and not of small order. */
export function isSigningPublicKey(publicKey: Uint8Array): boolean {
  return isCanonicalPoint(publicKey) && !SMALL_ORDER.has(toHex(publicKey));
}

/** y < p, and no sign bit where x = 0. */
function isCanonicalPoint(point: Uint8Array): boolean {
  if (point.length !== 32) return false;
  const sign = (point[31] as number) >> 7;
  const y = new Uint8Array(point);
  y[31] = (y[31] as number) & 0x7f;
  if (!lessThan(y, PRIME)) return false;
  return sign === 0 || !ZERO_X.has(toHex(y));
}

/** Little-endian a < b, for public values. */
function lessThan(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = b.length - 1; i >= 0; i--) {
    if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  }
  return false;
}
