import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, uint } from "../bytes/index.ts";
import { platform as node } from "./platform.node.ts";
import { platform as portable } from "./platform.portable.ts";
import { PSS_SALT, pssEncode, pssMatches } from "./pss.ts";
import { i2osp, invert, modPow, modulusLength, os2ip, type RsaPrivateOperation, type RsaPublicKey } from "./rsa.ts";

const message = new TextEncoder().encode("a message");

async function newKey(): Promise<{ key: RsaPublicKey; operation: RsaPrivateOperation }> {
  const opened = node.rsaPrivate(await node.rsaGenerate());
  if (opened === null) throw new Error("no key");
  return opened;
}

const { key, operation } = await newKey();

describe("RFC 8017 §4: integers and bytes", () => {
  it("go back and forth", () => {
    expect(os2ip(fromHex("0102ff"))).toBe(0x0102ffn);
    expect(os2ip(new Uint8Array(0))).toBe(0n);
    expect(i2osp(0x0102ffn, 4)).toEqual(fromHex("000102ff"));
    expect(() => i2osp(256n, 1)).toThrow(TypeError);
    expect([modulusLength(255n), modulusLength(256n), modulusLength(key.n)]).toEqual([1, 2, 256]);
  });
});

describe("arithmetic", () => {
  const modulus = 1_000_003n;

  it("modPow is repeated multiplication", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), fc.integer({ min: 0, max: 300 }), (base, exponent) => {
        let expected = 1n;
        for (let i = 0; i < exponent; i++) expected = (expected * base) % modulus;
        expect(modPow(base, BigInt(exponent), modulus)).toBe(expected);
      }),
    );
  });

  it("invert gives an inverse exactly when there is one", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), fc.bigInt(2n, 10n ** 6n), (value, m) => {
        const inverse = invert(value, m);
        const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? a : gcd(b, a % b));
        if (gcd(value, m) === 1n) {
          expect(((value % m) * (inverse ?? -1n)) % m).toBe(1n);
          expect(inverse !== null && inverse >= 0n && inverse < m).toBe(true);
        } else expect(inverse).toBeNull();
      }),
    );
  });
});

describe("RFC 8017 §9.1: EMSA-PSS", () => {
  it("refuses a modulus that is too short", () => {
    expect(() => pssEncode(message, new Uint8Array(48), 97)).toThrow(TypeError);
    expect(pssEncode(message, new Uint8Array(48), 98)).toHaveLength(98);
  });

  it("matches what it encoded, and no other salt length", () => {
    const encoded = pssEncode(message, new Uint8Array(PSS_SALT), 256);
    expect(pssMatches(encoded, message, PSS_SALT)).toBe(true);
    for (const length of [0, 32, 47, 49, 64]) expect(pssMatches(encoded, message, length)).toBe(false);
  });
});

/** An encoded message put together by hand, so that every part of it can be wrong. */
function encode(parts: { salt?: Uint8Array; trailer?: number; separator?: number; padding?: number; of?: Uint8Array }): Uint8Array {
  const sha384 = (bytes: Uint8Array): Uint8Array => createHash("sha384").update(bytes).digest();
  const salt = parts.salt ?? new Uint8Array(PSS_SALT).fill(7);
  const hash = sha384(concat(new Uint8Array(8), sha384(parts.of ?? message), salt));
  const db = concat(new Uint8Array(256 - 48 - salt.length - 2), Uint8Array.of(parts.separator ?? 1), salt);
  db[db.length - salt.length - 2] = parts.padding ?? 0;
  const stream = concat(...[0, 1, 2, 3, 4].map((i) => sha384(concat(hash, uint(i, 4)))));
  const masked = db.map((byte, i) => byte ^ (stream[i] as number));
  masked[0] = (masked[0] as number) & 0x7f;
  return concat(masked, hash, Uint8Array.of(parts.trailer ?? 0xbc));
}

/** The first signature, over salts counted up, that `wanted` accepts. */
function search(wanted: (encoded: Uint8Array, signature: Uint8Array) => boolean): { encoded: Uint8Array; signature: Uint8Array } {
  for (let i = 0; i < 20_000; i++) {
    const encoded = encode({ salt: concat(uint(i, 4), new Uint8Array(PSS_SALT - 4)) });
    const signature = operation(encoded);
    if (wanted(encoded, signature)) return { encoded, signature };
  }
  throw new Error("not found");
}

const leadingBit = (): Uint8Array => {
  const { encoded } = search((candidate) => os2ip(candidate) + 2n ** 2047n < key.n);
  encoded[0] = (encoded[0] as number) | 0x80;
  return encoded;
};

/** One list for both platforms: a signature and the verdict. */
const cases: Record<string, { signature: () => Uint8Array; valid: boolean }> = {
  "a salt of 48 bytes": { signature: () => operation(encode({})), valid: true },
  "a signature that begins with a zero byte": { signature: () => search((_, s) => s[0] === 0).signature, valid: true },
  "an encoded message that begins with a zero byte": { signature: () => search((encoded) => encoded[0] === 0).signature, valid: true },
  "no salt": { signature: () => operation(encode({ salt: new Uint8Array(0) })), valid: false },
  "a salt of 47 bytes": { signature: () => operation(encode({ salt: new Uint8Array(47) })), valid: false },
  "a salt of 49 bytes": { signature: () => operation(encode({ salt: new Uint8Array(49) })), valid: false },
  "a salt of 158 bytes": { signature: () => operation(encode({ salt: new Uint8Array(158).fill(1) })), valid: false },
  "another trailer": { signature: () => operation(encode({ trailer: 0xcc })), valid: false },
  "another separator": { signature: () => operation(encode({ separator: 3 })), valid: false },
  "padding that is not zero": { signature: () => operation(encode({ padding: 1 })), valid: false },
  "a leading bit": { signature: () => operation(leadingBit()), valid: false },
  "another message": { signature: () => operation(encode({ of: new Uint8Array(1) })), valid: false },
  "0": { signature: () => new Uint8Array(256), valid: false },
  "1": { signature: () => i2osp(1n, 256), valid: false },
  "n - 1": { signature: () => i2osp(key.n - 1n, 256), valid: false },
  "one bit flipped": { signature: () => operation(encode({})).map((byte, i) => (i === 255 ? byte ^ 1 : byte)), valid: false },
};

describe("RSASSA-PSS, one verdict on both platforms", () => {
  it.each(Object.entries(cases))("%s", (_, { signature, valid }) => {
    const bytes = signature();
    expect(node.rsaPssVerify(key, message, bytes)).toBe(valid);
    expect(portable.rsaPssVerify(key, message, bytes)).toBe(valid);
  });

  it("also under other keys, messages and arbitrary signatures", async () => {
    const other = await newKey();
    const right = other.operation(encode({}));
    for (const platform of [node, portable]) {
      expect(platform.rsaPssVerify(other.key, message, right)).toBe(true);
      expect(platform.rsaPssVerify(key, message, i2osp(os2ip(right) % key.n, 256))).toBe(false);
    }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (bytes) => {
        const signature = i2osp(os2ip(bytes) % key.n, 256);
        expect(portable.rsaPssVerify(key, message, signature)).toBe(node.rsaPssVerify(key, message, signature));
      }),
      { numRuns: 50 },
    );
  });
});

describe("the raw operations", () => {
  it("are each other's inverse, and both platforms agree on the public one", () => {
    for (const m of [2n, 3n, 2n ** 2000n, key.n - 1n]) {
      const signature = operation(i2osp(m, 256));
      expect(node.rsaPublic(key, signature)).toEqual(i2osp(m, 256));
      expect(portable.rsaPublic(key, signature)).toEqual(i2osp(m, 256));
    }
  });

  it("open PKCS #8 keys of type rsaEncryption and nothing else", async () => {
    const der = { format: "der", type: "pkcs8" } as const;
    const pkcs8 = await node.rsaGenerate();
    const jwk = createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8), ...der })).export({ format: "jwk" });
    expect(node.rsaPrivate(pkcs8)?.key).toEqual({ n: os2ip(Buffer.from(String(jwk.n), "base64url")), e: 65537n });
    expect(modulusLength(node.rsaPrivate(pkcs8)?.key.n ?? 0n)).toBe(256);
    expect(node.rsaPrivate(generateKeyPairSync("ed25519").privateKey.export(der))).toBeNull();
    expect(node.rsaPrivate(generateKeyPairSync("rsa-pss", { modulusLength: 1024 }).privateKey.export(der))).toBeNull();
    expect(node.rsaPrivate(pkcs8.subarray(1))).toBeNull();
    expect(node.rsaPrivate(new Uint8Array(0))).toBeNull();
  });

  it("with private keys exist on Node only", async () => {
    await expect(portable.rsaGenerate()).rejects.toThrow(/issuing needs Node/);
    expect(() => portable.rsaPrivate(new Uint8Array(0))).toThrow(TypeError);
  });
});
