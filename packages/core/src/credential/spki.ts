import { compare, concat, copy, equal, fromHex, SHA256, toHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { i2osp, invert, os2ip } from "../primitives/index.ts";

/** The public key of one issuer for one audience of one round. It comes from the manifest, never from a request. */
export interface IssuerKey {
  /** DER SubjectPublicKeyInfo, 342 bytes. */
  readonly spki: Uint8Array;
  /** SHA-256 of `spki`: RFC 9578's token_key_id. */
  readonly keyId: Uint8Array;
  readonly n: bigint;
  readonly e: bigint;
}

const MODULUS = 256;
const EXPONENT = 65537n;

/**
 * The one encoding that is accepted (RFC 9578 §6.5): id-RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48
 * bytes, parameters of the hashes absent; n of exactly 2048 bits; e = 65537. All else in it is fixed.
 */
const PREFIX = fromHex(
  "30820152" + // SEQUENCE
    "303d06092a864886f70d01010a" + // AlgorithmIdentifier: id-RSASSA-PSS
    "3030a00d300b0609608648016503040202" + // hashAlgorithm: SHA-384
    "a11a301806092a864886f70d010108300b0609608648016503040202" + // maskGenAlgorithm: MGF1 with SHA-384
    "a203020130" + // saltLength: 48
    "0382010f003082010a" + // BIT STRING, RSAPublicKey
    "0282010100", // n, with the zero in front of its leading bit
);
const SUFFIX = fromHex("0203010001");
const SPKI_LENGTH = PREFIX.length + MODULUS + SUFFIX.length;

/** Parsed keys, so that a key that thousands of submissions name is checked and handed to OpenSSL once. */
const parsed = new Map<string, IssuerKey>();
const MOST_PARSED = 256;

/**
 * Reads and checks an issuer's key: the exact encoding, n odd and without a factor below 2^16. Every party calls it on
 * the keys of a manifest before it signs, blinds or verifies. The same bytes give the same object; nobody writes to it.
 * @throws ERR_ISSUER_KEY
 */
export function parseIssuerKey(spki: Uint8Array): IssuerKey {
  const name = toHex(spki.subarray(PREFIX.length, PREFIX.length + 16));
  const known = parsed.get(name);
  if (known !== undefined && equal(known.spki, spki)) return known;
  const key = checkIssuerKey(copy(spki));
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(name, key);
  return key;
}

function checkIssuerKey(spki: Uint8Array): IssuerKey {
  // 1. The fixed bytes, hence the algorithm, its parameters, both lengths and e.
  const fixed =
    spki.length === SPKI_LENGTH && equal(spki.subarray(0, PREFIX.length), PREFIX) && equal(spki.subarray(PREFIX.length + MODULUS), SUFFIX);
  if (!fixed) throw new AmanaError("ERR_ISSUER_KEY");
  // 2. n has 2048 bits.
  const n = os2ip(spki.subarray(PREFIX.length, PREFIX.length + MODULUS));
  if (n >> 2047n !== 1n) throw new AmanaError("ERR_ISSUER_KEY");
  // 3. n is odd and has no factor below 2^16.
  if (invert(smallPrimes() % n, n) === null) throw new AmanaError("ERR_ISSUER_KEY");
  return { spki, keyId: SHA256(spki), n, e: EXPONENT };
}

/** Whether bytes are a number below n in as many bytes as n has: the one encoding of it. For public values. */
export function isBelowModulus(key: IssuerKey, bytes: Uint8Array): boolean {
  return bytes.length === MODULUS && compare(bytes, key.spki.subarray(PREFIX.length, PREFIX.length + MODULUS)) < 0;
}

/** The encoding of n and e that {@link parseIssuerKey} reads. @throws ERR_ISSUER_KEY if n has not 2048 bits or e is not 65537 */
export function encodeIssuerKey(n: bigint, e: bigint): Uint8Array {
  if (n >> 2047n !== 1n || e !== EXPONENT) throw new AmanaError("ERR_ISSUER_KEY");
  return concat(PREFIX, i2osp(n, MODULUS), SUFFIX);
}

let product: bigint | undefined;

/** The product of all primes below 2^16: what shares a factor with it has a small one. */
function smallPrimes(): bigint {
  if (product !== undefined) return product;
  const composite = new Uint8Array(2 ** 16);
  product = 1n;
  for (let prime = 2; prime < composite.length; prime++) {
    if (composite[prime] === 1) continue;
    product *= BigInt(prime);
    for (let multiple = prime * prime; multiple < composite.length; multiple += prime) composite[multiple] = 1;
  }
  return product;
}
