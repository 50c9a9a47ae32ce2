/**
 * Writes envelopes.json: test vectors for docs/protocol.md §2, made by a second implementation that shares no code with
 * `@amana/core`: hashes and HKDF from node:crypto, the field GF(2^8) from a table of powers. Only X-Wing and secretbox
 * are the same libraries. Run `node packages/core/src/envelope/vectors/write.mjs`; it always writes the same bytes.
 */
import { createHash, hkdfSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { ml_kem768_x25519 as xwing } from "@noble/post-quantum/hybrid.js";
import nacl from "tweetnacl";

const u8 = (value) => Buffer.from([value]);
const u32 = (value) => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
const parts = (tag, list) => Buffer.concat([Buffer.from(tag), ...list].flatMap((part) => [u32(part.length), part]));
const H = (tag, ...list) => createHash("sha256").update(parts(tag, list)).digest();
const KDF = (ikm, salt, tag, list = [], length = 32) => Buffer.from(hkdfSync("sha256", ikm, salt, parts(tag, list), length));
const box = (plaintext, key) => Buffer.from(nacl.secretbox(new Uint8Array(plaintext), new Uint8Array(24), new Uint8Array(key)));
const bytes = (label, length = 32) => Buffer.from(hkdfSync("sha256", label, "", "amana envelope vectors", length));
const hex = (value) => Buffer.from(value).toString("hex");

// GF(2^8) modulo 0x11B; 3 generates its multiplicative group.
const powers = [1];
while (powers.length < 255) {
  const last = powers[powers.length - 1];
  const twice = last << 1;
  powers.push((twice & 0x100 ? twice ^ 0x11b : twice) ^ last);
}
const times = (a, b) => (a === 0 || b === 0 ? 0 : powers[(powers.indexOf(a) + powers.indexOf(b)) % 255]);
const power = (x, exponent) => (exponent === 0 ? 1 : times(x, power(x, exponent - 1)));

function sharesOf(seed, context, k, n) {
  const coefficients = k === 1 ? Buffer.alloc(0) : KDF(seed, context, "amana/v1 share coefficients", [], 32 * (k - 1));
  return Array.from({ length: n }, (_, i) => {
    const x = i + 1;
    const y = Array.from(seed, (byte, j) => {
      let sum = byte;
      for (let degree = 1; degree < k; degree++) sum ^= times(coefficients[32 * (degree - 1) + j], power(x, degree));
      return sum;
    });
    return Buffer.from([...y, x]);
  });
}

/** `change` lets a vector depart from the protocol at one place. */
function envelope({ seed, context, k, publicKeys, size, plaintext }, change = {}) {
  const n = publicKeys.length;
  const keyIds = publicKeys.map((key) => H("amana/v1 key id", key).subarray(0, 16));
  const shares = change.shares ?? sharesOf(seed, context, k, n);
  const slots = publicKeys.map((publicKey, i) => {
    const randomness = KDF(seed, context, "amana/v1 slot randomness", [u8(i)], 64);
    const { cipherText, sharedSecret } = xwing.encapsulate(publicKey, new Uint8Array(randomness));
    const key = KDF(sharedSecret, context, "amana/v1 slot key", [keyIds[i], u8(i)]);
    const commitment = H("amana/v1 share commitment", context, u8(i), shares[i]);
    return Buffer.concat([keyIds[i], cipherText, commitment, box(shares[i], key)]);
  });
  const padded = change.padded ?? Buffer.concat([u32(plaintext.length), plaintext, Buffer.alloc(size - plaintext.length)]);
  const body = box(padded, KDF(seed, context, "amana/v1 body key"));
  const commitment = H("amana/v1 seed commitment", seed, context, u8(k), u8(n), Buffer.concat(keyIds));
  return { shares, envelope: Buffer.concat([Buffer.from("AMN1"), u8(k), u8(n), commitment, ...slots, u32(body.length), body]) };
}

function vector(name, k, n, size, plaintext, change = () => ({})) {
  const seed = bytes(`${name}, seed`);
  const context = bytes(`${name}, context`);
  const recipientSeeds = Array.from({ length: n }, (_, i) => bytes(`${name}, recipient ${i}`));
  const publicKeys = recipientSeeds.map((recipient) => xwing.keygen(new Uint8Array(recipient)).publicKey);
  const input = { seed, context, k, publicKeys, size, plaintext: Buffer.from(plaintext) };
  const made = envelope(input, change(input));
  return {
    name,
    threshold: k,
    size,
    context: hex(context),
    seed: hex(seed),
    recipientSeeds: recipientSeeds.map(hex),
    plaintext: hex(input.plaintext),
    shares: made.shares.map(hex),
    envelope: hex(made.envelope),
  };
}

const sealed = [
  vector("two of three", 2, 3, 64, "Amana"),
  vector("one of one, empty", 1, 1, 0, ""),
  vector("one of two", 1, 2, 16, "sixteen bytes!!!"),
  vector("three of five", 3, 5, 100, "é ؟ 5"),
  vector("four of four", 4, 4, 1, ""),
];

/** Every share opens and matches its commitment, but the third lies on another polynomial. */
const inconsistent = ({ seed, context, k, publicKeys }) => {
  const shares = sharesOf(seed, context, k, publicKeys.length);
  shares[2][0] ^= 1;
  return { shares };
};
/** The second recipient's slot holds the seed itself, as a share at x = 0. */
const atZero = ({ seed, context, k, publicKeys }) => {
  const shares = sharesOf(seed, context, k, publicKeys.length);
  shares[1] = Buffer.concat([seed, u8(0)]);
  return { shares };
};

const refused = [
  { error: "ERR_ENVELOPE_INVALID", ...vector("inconsistent third share", 2, 3, 16, "Amana", inconsistent) },
  { error: "ERR_ENVELOPE_SHARES", ...vector("a share at x = 0", 2, 2, 16, "Amana", atZero) },
  {
    error: "ERR_ENVELOPE_INVALID",
    ...vector("padding that is not zero", 1, 1, 16, "Amana", () => ({
      padded: Buffer.concat([u32(5), Buffer.from("Amana"), Buffer.alloc(10), u8(1)]),
    })),
  },
  {
    error: "ERR_ENVELOPE_INVALID",
    ...vector("a plaintext longer than its size", 1, 1, 4, "Aman", () => ({ padded: Buffer.concat([u32(5), Buffer.from("Aman")]) })),
  },
];

const provenance =
  "Amana's own, written by write.mjs beside this file from docs/protocol.md §2. In `refused`, all recipients' slots are given; opening with any k shares ends in `error`.";
writeFileSync(new URL("envelopes.json", import.meta.url), `${JSON.stringify({ provenance, sealed, refused }, null, 2)}\n`);
