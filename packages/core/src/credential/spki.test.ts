import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, SHA256 } from "../bytes/index.ts";
import { isAmanaError } from "../errors/index.ts";
import { i2osp } from "../primitives/index.ts";
import { encodeIssuerKey, parseIssuerKey } from "./index.ts";
import { isBelowModulus } from "./spki.ts";
import vectors from "./vectors/protocol.json" with { type: "json" };

const spki = fromHex(vectors.answering.spki);
const { n } = parseIssuerKey(spki);
const refused = expect.objectContaining({ code: "ERR_ISSUER_KEY" });

/** A product of two odd numbers of which nothing is known but that it has 2048 bits: what encodes, but must not pass. */
const times = (factor: bigint): bigint => {
  const cofactor = (2n ** 2048n - 1n) / factor;
  return factor * (cofactor % 2n === 0n ? cofactor - 1n : cofactor);
};

describe("parseIssuerKey", () => {
  it("reads n, e and the key id", () => {
    const key = parseIssuerKey(spki);
    expect(key).toEqual({ spki, keyId: SHA256(spki), n, e: 65537n });
    expect(encodeIssuerKey(key.n, key.e)).toEqual(spki);
  });

  it("gives one object for the same bytes, and keeps its own copy", () => {
    const bytes = fromHex(vectors.other.spki);
    const key = parseIssuerKey(bytes);
    expect(parseIssuerKey(bytes.slice())).toBe(key);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    expect(parseIssuerKey(fromHex(vectors.other.spki))).toBe(key);
    expect(isAmanaError(attempt(bytes), "ERR_ISSUER_KEY") || attempt(bytes) !== key).toBe(true);
  });

  it("forgets old keys rather than grow", () => {
    const before = parseIssuerKey(spki);
    // 65537^126 times a prime between 2^31 and 2^32: 2048 bits, no factor below 2^16.
    for (let i = 0, candidate = 2 ** 31 + 1; i < 257; candidate += 2) {
      if (!isPrime(candidate)) continue;
      parseIssuerKey(encodeIssuerKey(65537n ** 126n * BigInt(candidate), 65537n));
      i++;
    }
    expect(parseIssuerKey(spki)).not.toBe(before);
    expect(parseIssuerKey(spki)).toEqual(before);
  });

  it.each([
    ["rsaEncryption", (): Uint8Array => generated("rsa", {})],
    [
      "id-RSASSA-PSS with SHA-256",
      (): Uint8Array => generated("rsa-pss", { hashAlgorithm: "sha256", mgf1HashAlgorithm: "sha256", saltLength: 48 }),
    ],
    [
      "NULL parameters in the hashes",
      (): Uint8Array => generated("rsa-pss", { hashAlgorithm: "sha384", mgf1HashAlgorithm: "sha384", saltLength: 48 }),
    ],
    [
      "3072 bits",
      (): Uint8Array => generated("rsa-pss", { modulusLength: 3072, hashAlgorithm: "sha384", mgf1HashAlgorithm: "sha384", saltLength: 48 }),
    ],
    ["e = 3", (): Uint8Array => fromHex(vectors.answering.spki.replace(/0203010001$/, "0203000003"))],
    ["e = 1", (): Uint8Array => fromHex(vectors.answering.spki.replace(/0203010001$/, "0203000001"))],
    ["an exponent of 4 bytes", (): Uint8Array => fromHex(vectors.answering.spki.replace(/0203010001$/, "020400010001"))],
    ["another salt length", (): Uint8Array => fromHex(vectors.answering.spki.replace("a203020130", "a203020120"))],
    ["a trailing byte", (): Uint8Array => concat(spki, new Uint8Array(1))],
    ["an even n", (): Uint8Array => encodeIssuerKey(n - 1n, 65537n)],
    ["the factor 3", (): Uint8Array => encodeIssuerKey(times(3n), 65537n)],
    ["the factor 65521, the greatest prime below 2^16", (): Uint8Array => encodeIssuerKey(times(65521n), 65537n)],
    ["nothing but small factors", (): Uint8Array => encodeIssuerKey(smooth(), 65537n)],
    ["2047 bits", (): Uint8Array => inTheMiddle(i2osp(65537n ** 126n * BigInt(primeFrom(2 ** 30 + 1)), 256))],
    ["1 bit", (): Uint8Array => inTheMiddle(i2osp(1n, 256))],
  ])("refuses %s", (_, make) => {
    expect(() => parseIssuerKey(make())).toThrow(refused);
  });

  it("refuses every prefix, and any byte changed outside n", () => {
    for (let length = 0; length < spki.length; length++) expect(() => parseIssuerKey(spki.subarray(0, length))).toThrow(refused);
    for (let at = 0; at < spki.length; at++) {
      if (at >= 81 && at < 81 + 256) continue;
      expect(() => parseIssuerKey(spki.map((byte, i) => (i === at ? byte ^ 0x01 : byte)))).toThrow(refused);
    }
  });

  it("throws nothing else, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.uint8Array({ minLength: 256, maxLength: 256 }).map(inTheMiddle)),
        (bytes) => {
          const key = attempt(bytes);
          expect(isAmanaError(key, "ERR_ISSUER_KEY") || !(key instanceof Error)).toBe(true);
        },
      ),
    );
  });
});

describe("encodeIssuerKey", () => {
  it("refuses what its encoding cannot hold", () => {
    for (const [modulus, e] of [
      [n, 3n],
      [n >> 1n, 65537n],
      [n << 1n, 65537n],
    ] as const)
      expect(() => encodeIssuerKey(modulus, e)).toThrow(refused);
  });
});

describe("isBelowModulus", () => {
  it("compares numbers of exactly 256 bytes with n", () => {
    const key = parseIssuerKey(spki);
    const modulus = spki.slice(81, 337);
    expect(isBelowModulus(key, new Uint8Array(256))).toBe(true);
    expect(
      isBelowModulus(
        key,
        modulus.map((byte, i) => (i === 255 ? byte - 1 : byte)),
      ),
    ).toBe(true);
    expect(isBelowModulus(key, modulus)).toBe(false);
    expect(isBelowModulus(key, new Uint8Array(256).fill(255))).toBe(false);
    expect(isBelowModulus(key, new Uint8Array(255))).toBe(false);
    expect(isBelowModulus(key, new Uint8Array(257))).toBe(false);
  });
});

function attempt(bytes: Uint8Array): unknown {
  try {
    return parseIssuerKey(bytes);
  } catch (error) {
    return error;
  }
}

function isPrime(value: number): boolean {
  for (let divisor = 3; divisor * divisor <= value; divisor += 2) if (value % divisor === 0) return false;
  return true;
}

function primeFrom(start: number): number {
  for (let candidate = start; ; candidate += 2) if (isPrime(candidate)) return candidate;
}

function inTheMiddle(modulus: Uint8Array): Uint8Array {
  return concat(spki.subarray(0, 81), modulus, spki.subarray(337));
}

function generated(type: "rsa" | "rsa-pss", options: object): Uint8Array {
  const { publicKey } = generateKeyPairSync(type as "rsa", { modulusLength: 2048, ...options });
  return publicKey.export({ format: "der", type: "spki" });
}

function smooth(): bigint {
  let value = 1n;
  for (let prime = 3n; value >> 2032n === 0n; prime += 2n) value *= prime;
  while (value >> 2047n === 0n) value *= 3n;
  while (value >> 2048n > 0n) value /= 3n;
  return value;
}
