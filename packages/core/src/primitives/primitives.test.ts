import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, equal, fromHex, toHex } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import {
  BOX_OVERHEAD,
  boxOpen,
  boxSeal,
  decapsulate,
  encapsulate,
  KEM_CIPHERTEXT,
  KEM_PUBLIC_KEY,
  KEM_RANDOMNESS,
  KEM_SEED,
  kemKey,
  randomBytes,
} from "./index.ts";
import { platform as node } from "./platform.node.ts";
import { platform as portable } from "./platform.portable.ts";
import { decapsulateOn, encapsulateOn } from "./xwing.ts";

interface Vector {
  readonly seed: string;
  readonly eseed: string;
  readonly publicKey: [string, string];
  readonly ciphertext: [string, string];
  readonly sharedSecret: string;
}

const { vectors } = JSON.parse(readFileSync(new URL("vectors/xwing.json", import.meta.url), "utf8")) as { vectors: Vector[] };
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const ends = (bytes: Uint8Array): [string, string] => [toHex(bytes.subarray(0, 32)), toHex(bytes.subarray(-32))];

describe("X-Wing", () => {
  it.each(vectors)("reproduces the draft's vector $seed", ({ seed, eseed, publicKey, ciphertext, sharedSecret }) => {
    const key = kemKey(fromHex(seed, KEM_SEED));
    expect(key.publicKey.length).toBe(KEM_PUBLIC_KEY);
    expect(ends(key.publicKey)).toEqual(publicKey);
    const sealed = encapsulate(key.publicKey, fromHex(eseed, KEM_RANDOMNESS));
    expect(sealed.ciphertext.length).toBe(KEM_CIPHERTEXT);
    expect(ends(sealed.ciphertext)).toEqual(ciphertext);
    expect(toHex(sealed.sharedSecret)).toBe(sharedSecret);
    expect(toHex(decapsulate(key, sealed.ciphertext))).toBe(sharedSecret);
  });

  const key = kemKey(new Uint8Array(32).fill(3));
  const { ciphertext, sharedSecret } = encapsulate(key.publicKey, new Uint8Array(64).fill(4));

  it("gives another secret for another ciphertext or key, never the same and no error", () => {
    for (const at of [0, 500, 1087, 1088, 1119]) {
      const other = ciphertext.slice();
      other[at] = (other[at] as number) ^ 1;
      expect(equal(decapsulate(key, other), sharedSecret)).toBe(false);
    }
    expect(equal(decapsulate(kemKey(new Uint8Array(32).fill(5)), ciphertext), sharedSecret)).toBe(false);
  });

  it("refuses what is no public key or ciphertext", () => {
    const error = new AmanaError("ERR_ENVELOPE_FORMAT");
    const randomness = new Uint8Array(64);
    expect(() => encapsulate(key.publicKey.subarray(1), randomness)).toThrow(error);
    expect(() => encapsulate(key.publicKey, randomness.subarray(1))).toThrow(error);
    expect(() => kemKey(new Uint8Array(31))).toThrow(error);
    expect(() => encapsulate(new Uint8Array(KEM_PUBLIC_KEY).fill(255), randomness)).toThrow(error);
    // An X25519 half of small order would give everyone the same X25519 secret.
    expect(() => encapsulate(concat(key.publicKey.subarray(0, -32), new Uint8Array(32)), randomness)).toThrow(error);
    expect(() => decapsulate(key, ciphertext.subarray(1))).toThrow(error);
    expect(() => decapsulate(key, concat(ciphertext.subarray(0, -32), new Uint8Array(32)))).toThrow(error);
  });
});

describe("X25519", () => {
  // RFC 7748 §5.2, both test vectors: scalar, u coordinate, result. The second u has its highest bit set.
  const vectors = [
    [
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
      "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ],
    [
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
      "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ],
  ] as const;

  it.each(vectors)("of RFC 7748 §5.2 gives one answer on every platform: %s", (scalar, u, expected) => {
    for (const { x25519 } of [node, portable]) expect(toHex(x25519(fromHex(scalar), fromHex(u)))).toBe(expected);
  });

  // Points of small order, in every encoding below 2^255: RFC 7748 §7 warns of them, cr.yp.to/ecdh.html#validate lists them.
  const smallOrder = [
    "00".repeat(32),
    `01${"00".repeat(31)}`,
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    `ec${"ff".repeat(30)}7f`,
    `ed${"ff".repeat(30)}7f`,
    `ee${"ff".repeat(30)}7f`,
  ];

  it.each(smallOrder)("refuses the point of small order %s on every platform, with either highest bit", (point) => {
    const other = fromHex(point);
    other[31] = (other[31] as number) | 0x80;
    for (const { x25519 } of [node, portable])
      for (const u of [fromHex(point), other]) expect(() => x25519(new Uint8Array(32).fill(7), u)).toThrow();
  });

  it("reduces u above p alike, and X-Wing gives one answer on every platform", () => {
    const secret = new Uint8Array(32).fill(7);
    // p + 9, the base point once more.
    const nine = fromHex(`f6${"ff".repeat(30)}7f`);
    expect(toHex(node.x25519(secret, nine))).toBe(toHex(portable.x25519(secret, nine)));
    fc.assert(
      fc.property(bytes32, fc.uint8Array({ minLength: 64, maxLength: 64 }), (seed, randomness) => {
        const key = kemKey(seed);
        const sealed = encapsulateOn(portable, key.publicKey, randomness);
        expect(sealed).toEqual(encapsulateOn(node, key.publicKey, randomness));
        // A copy of the seed: what was expanded is remembered with the seed.
        expect(decapsulateOn(portable, { ...key, seed: seed.slice() }, sealed.ciphertext)).toEqual(sealed.sharedSecret);
        expect(decapsulateOn(node, { ...key, seed: seed.slice() }, sealed.ciphertext)).toEqual(sealed.sharedSecret);
      }),
      { numRuns: 5 },
    );
  });
});

describe("secretbox", () => {
  const key = new Uint8Array(32).fill(9);
  const plaintext = Uint8Array.of(1, 2, 3);

  it("opens what it sealed, from views too, and nothing else", () => {
    const box = boxSeal(plaintext, key);
    expect(box.length).toBe(plaintext.length + BOX_OVERHEAD);
    expect(boxOpen(box, key)).toEqual(plaintext);
    expect(boxOpen(concat(Uint8Array.of(0), box).subarray(1), key)).toEqual(plaintext);
    expect(boxOpen(box, new Uint8Array(32))).toBeNull();
    for (let at = 0; at < box.length; at++) {
      const other = box.slice();
      other[at] = (other[at] as number) ^ 1;
      expect(boxOpen(other, key)).toBeNull();
      expect(boxOpen(box.subarray(0, at), key)).toBeNull();
    }
    expect(boxOpen(concat(box, Uint8Array.of(0)), key)).toBeNull();
  });

  it("takes a nonce of its own for sequences", () => {
    const nonce = new Uint8Array(24).fill(1);
    const box = boxSeal(plaintext, key, nonce);
    expect(boxOpen(box, key, nonce)).toEqual(plaintext);
    expect(boxOpen(box, key)).toBeNull();
  });

  it("reproduces NaCl's own example", () => {
    // Key, nonce and message of "Cryptography in NaCl" §9 (tests/secretbox.c); the box begins with its tag.
    const firstKey = fromHex("1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389");
    const nonce = fromHex("69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37");
    const message = fromHex(
      "be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705",
    );
    const box = boxSeal(message, firstKey, nonce);
    expect(toHex(box.subarray(0, 16))).toBe("f3ffc7703f9400e52a7dfb4b3d3305d9");
    expect(toHex(box.subarray(-16))).toBe("22a43d14a6599b1f654cb45a74e355a5");
  });
});

describe("randomBytes", () => {
  it("gives as many as asked, more than the platform gives at once too", () => {
    for (const length of [0, 1, 32, 65_536, 65_537, 200_000]) expect(randomBytes(length).length).toBe(length);
    const long = randomBytes(150_000);
    for (const at of [0, 65_536, 131_072]) expect(long.subarray(at, at + 32).some((byte) => byte !== 0)).toBe(true);
    expect(equal(randomBytes(32), randomBytes(32))).toBe(false);
  });
});
