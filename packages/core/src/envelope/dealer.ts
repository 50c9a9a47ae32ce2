import { SEED, SHARE } from "./format.ts";

/**
 * Shamir's shares of a 32-byte seed over GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (0x11B): share i is y ‖ x with x = i + 1.
 * `coefficients` holds 32 bytes per degree, lowest first: degree d of byte j is at 32·(d − 1) + j. With no coefficients
 * the polynomial is constant and every share carries the seed. The same input always gives the same shares.
 */
export function deal(seed: Uint8Array, coefficients: Uint8Array, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const share = new Uint8Array(SHARE);
    share[SEED] = index + 1;
    for (let j = 0; j < SEED; j++) {
      // Horner's rule, from the highest degree down to the seed itself.
      let y = 0;
      for (let at = coefficients.length - SEED + j; at >= 0; at -= SEED) y = multiply(y ^ (coefficients[at] as number), index + 1);
      share[j] = y ^ (seed[j] as number);
    }
    return share;
  });
}

/** a·x in GF(2^8). `x` is public; nothing branches on the secret `a`, and no table is indexed by it. */
function multiply(a: number, x: number): number {
  let product = 0;
  for (let rest = x, power = a; rest > 0; rest >>= 1, power = (power << 1) ^ (0x11b & -(power >> 7))) {
    if (rest & 1) product ^= power;
  }
  return product;
}
