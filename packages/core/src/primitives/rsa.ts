import { fromHex, toHex } from "../bytes/index.ts";

/**
 * The numbers of an RSA public key. Platforms cache by object, so callers keep one object per key.
 * Its modulus is a whole number of bytes long, which 2048 and 4096 bits are.
 */
export interface RsaPublicKey {
  readonly n: bigint;
  readonly e: bigint;
}

/** The RSA private operation of one key: input^d mod n, both as long as the modulus. Whoever holds it is the issuer. */
export type RsaPrivateOperation = (input: Uint8Array) => Uint8Array;

/**
 * BigInt arithmetic takes a time that depends on its operands. That is harmless for what is public (verification).
 * Where a client blinds, operands are secret but each is used once, on the respondent's own device, and nothing of
 * its timing is observable to the issuer beyond the moment of the request. An issuer's private key never comes here.
 */

/** Big-endian bytes to an integer (RFC 8017 §4.2). */
export function os2ip(bytes: Uint8Array): bigint {
  return BigInt(`0x0${toHex(bytes)}`);
}

/** An integer to `length` big-endian bytes (RFC 8017 §4.1). @throws TypeError if it does not fit */
export function i2osp(value: bigint, length: number): Uint8Array<ArrayBuffer> {
  const digits = value.toString(16).padStart(2 * length, "0");
  if (digits.length !== 2 * length) throw new TypeError("integer too large");
  return fromHex(digits);
}

/** The length of a modulus in bytes. */
export function modulusLength(n: bigint): number {
  return Math.ceil(n.toString(16).length / 2);
}

/** base^exponent mod modulus by square and multiply; meant for e = 65537. Not constant-time. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

/** The inverse of `value` mod `modulus` by the extended Euclidean algorithm; null when they share a factor. Not constant-time. */
export function invert(value: bigint, modulus: bigint): bigint | null {
  let [a, b] = [modulus, value % modulus];
  let [x, y] = [0n, 1n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  if (a !== 1n) return null;
  return x < 0n ? x + modulus : x;
}
