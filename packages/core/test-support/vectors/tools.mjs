/**
 * What the vectors of packages/core/src/*\/vectors are computed with: docs/protocol.md once more, on node:crypto, sharing no code
 * with @amana/core; only X-Wing and secretbox are the same libraries. Everything is a function of labels, so that
 * writing the vectors again gives the same bytes.
 */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign } from "node:crypto";
import { ml_kem768_x25519 as xwing } from "@noble/post-quantum/hybrid.js";
import nacl from "tweetnacl";

export const hex = (bytes) => Buffer.from(bytes).toString("hex");
export const unhex = (text) => Buffer.from(text, "hex");
export const u8 = (value) => Buffer.from([value]);
export const u16 = (value) => Buffer.from([value >> 8, value & 255]);
export const u32 = (value) => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
export const u64 = (value) => Buffer.concat([u32(Math.floor(value / 2 ** 32)), u32(value % 2 ** 32)]);
export const ascii = (text) => Buffer.from(text, "ascii");
export const cat = (...parts) => Buffer.concat(parts);
export const sha256 = (...parts) =>
  createHash("sha256")
    .update(cat(...parts))
    .digest();

const prefixed = (tag, parts) =>
  cat(
    ...[tag, ...parts].flatMap((part) => {
      const bytes = Buffer.from(part);
      return [u32(bytes.length), bytes];
    }),
  );
export const H = (tag, ...parts) => sha256(prefixed(tag, parts));
export const KDF = (ikm, salt, tag, parts = [], length = 32) => Buffer.from(hkdfSync("sha256", ikm, salt, prefixed(tag, parts), length));

/** Bytes that stand for randomness. */
export const bytes = (label, length = 32) => Buffer.from(hkdfSync("sha256", label, "", "amana vectors", length));

/** RFC 8785 for what the vectors hold: ASCII keys, integers, strings without control characters. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${fields.join(",")}}`;
}
export const json = (value) => Buffer.from(canonical(value), "utf8");

/** An Ed25519 key of a 32-byte seed. */
export function signer(seed) {
  const key = createPrivateKey({ key: cat(unhex("302e020100300506032b657004220420"), seed), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
  return { seed, publicKey, sign: (message) => sign(null, message, key) };
}

/** C2SP's verifier key: 1 for a log, 4 for a witness. */
export function vkey(name, type, publicKey) {
  const material = cat(u8(type), publicKey);
  return `${name}+${hex(sha256(ascii(`${name}\n`), material).subarray(0, 4))}+${material.toString("base64")}`;
}

/** An RSA-2048 issuer key of its PKCS #8: the SPKI, and RSASSA-PSS with a salt that is given. */
export function issuer(pkcs8) {
  const key = createPrivateKey({ key: unhex(pkcs8), format: "der", type: "pkcs8" });
  const { n, d } = key.export({ format: "jwk" });
  const [modulus, exponent] = [n, d].map((part) => BigInt(`0x${hex(Buffer.from(part, "base64url"))}`));
  const algorithm =
    "303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108300b0609608648016503040202a203020130";
  const spki = unhex(`30820152${algorithm}0382010f003082010a0282010100${modulus.toString(16)}0203010001`);
  return { spki, pss: (message, salt) => pssSign(modulus, exponent, message, salt) };
}

const sha384 = (...parts) =>
  createHash("sha384")
    .update(cat(...parts))
    .digest();

function pssSign(modulus, exponent, message, salt) {
  const hash = sha384(Buffer.alloc(8), sha384(message), salt);
  const db = cat(Buffer.alloc(256 - 48 - 48 - 2), u8(1), salt);
  const mask = cat(...[0, 1, 2, 3, 4].map((counter) => sha384(hash, u32(counter))));
  const masked = db.map((byte, i) => byte ^ mask[i]);
  masked[0] &= 0x7f;
  let [result, square] = [1n, BigInt(`0x${hex(cat(masked, hash, u8(0xbc)))}`)];
  for (let rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus)
    if (rest & 1n) result = (result * square) % modulus;
  return unhex(result.toString(16).padStart(512, "0"));
}

/** A token of RFC 9578 type 0x0002. */
export function token(key, nonce, issuerName, manifestId, salt) {
  const name = ascii(issuerName);
  const challenge = cat(u16(2), u16(name.length), name, u8(32), manifestId, u16(0));
  const input = cat(u16(2), nonce, sha256(challenge), sha256(key.spki));
  return cat(input, key.pss(input, salt));
}

export function kem(seed) {
  return { seed, publicKey: Buffer.from(xwing.keygen(new Uint8Array(seed)).publicKey) };
}

export const box = (plaintext, key, nonce = Buffer.alloc(24)) =>
  Buffer.from(nacl.secretbox(new Uint8Array(plaintext), new Uint8Array(nonce), new Uint8Array(key)));

/** a·x in GF(2^8) modulo 0x11B. */
function times(a, x) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ (product & 0x80 ? 0x11b : 0) ^ ((x >> bit) & 1 ? a : 0);
  return product;
}

/** An envelope (docs/protocol.md §2) of a seed, and the shares in its slots. */
export function envelope({ seed, recipients, threshold, context, size, plaintext }) {
  const ids = recipients.map((key) => H("amana/v1 key id", key).subarray(0, 16));
  const coefficients = KDF(seed, context, "amana/v1 share coefficients", [], Math.max(1, 32 * (threshold - 1)));
  const shares = recipients.map((_, i) => {
    const share = Buffer.from(seed);
    for (let j = 0; j < 32; j++)
      for (let degree = 1, power = i + 1; degree < threshold; degree++, power = times(power, i + 1))
        share[j] ^= times(coefficients[32 * (degree - 1) + j], power);
    return cat(share, u8(i + 1));
  });
  const slots = recipients.map((key, i) => {
    const randomness = KDF(seed, context, "amana/v1 slot randomness", [u8(i)], 64);
    const { cipherText, sharedSecret } = xwing.encapsulate(new Uint8Array(key), new Uint8Array(randomness));
    const commitment = H("amana/v1 share commitment", context, u8(i), shares[i]);
    return cat(ids[i], cipherText, commitment, box(shares[i], KDF(sharedSecret, context, "amana/v1 slot key", [ids[i], u8(i)])));
  });
  const body = box(cat(u32(plaintext.length), plaintext, Buffer.alloc(size - plaintext.length)), KDF(seed, context, "amana/v1 body key"));
  const commitment = H("amana/v1 seed commitment", seed, context, u8(threshold), u8(recipients.length), cat(...ids));
  const head = cat(ascii("AMN1"), u8(threshold), u8(recipients.length), commitment);
  return { shares, envelope: cat(head, ...slots, u32(body.length), body) };
}
