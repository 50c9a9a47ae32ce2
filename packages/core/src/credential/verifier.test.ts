import { constants, createPrivateKey, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex } from "../bytes/index.ts";
import { i2osp, os2ip } from "../primitives/index.ts";
import { platform as node } from "../primitives/platform.node.ts";
import { platform as portable } from "../primitives/platform.portable.ts";
import { parseIssuerKey, TOKEN_LENGTH, type TokenBinding, tokenInput, verifyToken as verifyHere } from "./index.ts";
import vectors from "./vectors/protocol.json" with { type: "json" };
import { verifyTokenOn } from "./verifier.ts";

const key = parseIssuerKey(fromHex(vectors.answering.spki));
const binding: TokenBinding = {
  nonce: fromHex(vectors.answering.nonce),
  issuerName: vectors.issuerName,
  manifestId: fromHex(vectors.manifestId),
  key,
};
const token = fromHex(vectors.answering.token);

/** OpenSSL signs with a new salt each time; the first signature below `limit`. */
function signatureBelow(limit: bigint): Uint8Array {
  const privateKey = createPrivateKey({ key: Buffer.from(vectors.pkcs8.answering, "hex"), format: "der", type: "pkcs8" });
  for (;;) {
    const options = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 48 };
    const signature = sign("sha384", tokenInput(binding), options);
    if (os2ip(signature) < limit) return signature;
  }
}

describe("tokenInput", () => {
  it("is laid out as RFC 9578 §6.1 says", () => {
    const input = tokenInput(binding);
    expect(input).toHaveLength(98);
    expect(input.slice(0, 2)).toEqual(Uint8Array.of(0, 2));
    expect(input.slice(2, 34)).toEqual(binding.nonce);
    expect(input.slice(66)).toEqual(key.keyId);
  });

  it("takes a binding of the right widths only", () => {
    expect(() => tokenInput({ ...binding, nonce: new Uint8Array(31) })).toThrow(TypeError);
    expect(() => tokenInput({ ...binding, manifestId: new Uint8Array(33) })).toThrow(TypeError);
    expect(() => tokenInput({ ...binding, issuerName: "" })).toThrow(TypeError);
    expect(() => tokenInput({ ...binding, issuerName: "x".repeat(2 ** 16) })).toThrow(TypeError);
  });

  it("differs with every field", () => {
    const others = [
      { ...binding, nonce: new Uint8Array(32) },
      { ...binding, issuerName: `${binding.issuerName}x` },
      { ...binding, manifestId: new Uint8Array(32) },
      { ...binding, key: parseIssuerKey(fromHex(vectors.other.spki)) },
    ];
    expect(new Set([binding, ...others].map((each) => tokenInput(each).join())).size).toBe(5);
  });
});

describe.each([
  ["Node", node],
  ["every other platform", portable],
])("verifyToken on %s", (_, platform) => {
  const verifyToken = (candidate: Uint8Array, expected: TokenBinding): boolean => verifyTokenOn(platform, candidate, expected);

  it("accepts the token, also as a view and in a Buffer", () => {
    expect(token).toHaveLength(TOKEN_LENGTH);
    expect(verifyToken(token, binding)).toBe(true);
    expect(verifyHere(token, binding)).toBe(true);
    expect(verifyToken(concat(Uint8Array.of(9), token, Uint8Array.of(9)).subarray(1, 355), binding)).toBe(true);
    expect(verifyToken(Buffer.from(token), binding)).toBe(true);
  });

  it("refuses every other length", () => {
    for (const length of [0, 1, 97, 98, 353, 355, 708]) {
      const bytes = new Uint8Array(length);
      bytes.set(token.subarray(0, length));
      expect(verifyToken(bytes, binding)).toBe(false);
    }
  });

  it("refuses any bit changed", () => {
    fc.assert(
      fc.property(fc.nat(TOKEN_LENGTH * 8 - 1), (bit) => {
        const changed = token.slice();
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(verifyToken(changed, binding)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it("accepts any RSASSA-PSS signature of the issuer's, also made without blinding", () => {
    expect(verifyToken(concat(tokenInput(binding), signatureBelow(key.n)), binding)).toBe(true);
  });

  it("refuses s + n, which is the same number mod n and would be another token for the same person", () => {
    const larger = i2osp(os2ip(signatureBelow(2n ** 2048n - key.n)) + key.n, 256);
    expect(verifyToken(concat(tokenInput(binding), larger), binding)).toBe(false);
    for (const s of [key.n, 2n ** 2048n - 1n]) expect(verifyToken(concat(tokenInput(binding), i2osp(s, 256)), binding)).toBe(false);
    // Without the check of the range the arithmetic alone lets it pass.
    expect(portable.rsaPssVerify(key, tokenInput(binding), larger)).toBe(true);
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => !verifyToken(bytes, binding)));
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (bytes) => {
        expect(verifyToken(concat(tokenInput(binding), bytes), binding)).toBe(false);
      }),
    );
  });
});
