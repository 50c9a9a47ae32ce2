import { describe, expect, it } from "vitest";
import { fromHex, newSecretCode, type SecretCode, toHex } from "../bytes/index.ts";
import { randomBytes } from "../primitives/index.ts";
import { blind, blindSign, finalize, openIssuerKey, responseNonce, responseSigningKey, type TokenBinding, verifyToken } from "./index.ts";
import vectors from "./vectors/protocol.json" with { type: "json" };

const issuer = openIssuerKey(fromHex(vectors.pkcs8.answering));
const manifestId = fromHex(vectors.manifestId);
const invalid = expect.objectContaining({ code: "ERR_TOKEN_INVALID" });

function bindingOf(code: SecretCode, round: Uint8Array = manifestId): TokenBinding {
  return {
    nonce: responseNonce(round, responseSigningKey(code, round).publicKey),
    issuerName: vectors.issuerName,
    manifestId: round,
    key: issuer.key,
  };
}

describe("blind and finalize", () => {
  it("give everyone a token of their own", () => {
    const tokens = Array.from({ length: 5 }, () => {
      const code = newSecretCode(randomBytes);
      const binding = bindingOf(code);
      const blinding = blind(code, binding);
      const token = finalize(blinding, blindSign(issuer, blinding.blinded), binding);
      expect(verifyToken(token, binding)).toBe(true);
      return toHex(token);
    });
    expect(new Set(tokens).size).toBe(5);
  });

  it("the same code asks for the same signature again: a lost reply loses nothing", () => {
    const code = newSecretCode(randomBytes);
    expect(blind(code, bindingOf(code))).toEqual(blind(code, bindingOf(code)));
  });

  it("another round, use or key blinds otherwise", () => {
    const code = newSecretCode(randomBytes);
    const binding = bindingOf(code);
    const reports = openIssuerKey(fromHex(vectors.pkcs8.reports)).key;
    const requests = [binding, bindingOf(code, new Uint8Array(32)), { ...binding, key: reports }].map((each) => blind(code, each));
    expect(new Set(requests.map(({ blinded }) => toHex(blinded))).size).toBe(3);
    expect(new Set(requests.map(({ inverse }) => inverse)).size).toBe(3);
  });

  it("a key change keeps neither factor nor salt: blind signatures under two keys cannot be compared", () => {
    const code = newSecretCode(randomBytes);
    const [a, b] = [issuer.key, openIssuerKey(fromHex(vectors.pkcs8.reports)).key].map((key) => blind(code, { ...bindingOf(code), key }));
    expect(a?.inverse).not.toBe(b?.inverse);
  });

  it("finalize refuses what the issuer did not sign for this message", () => {
    const [mine, theirs] = [newSecretCode(randomBytes), newSecretCode(randomBytes)];
    const binding = bindingOf(mine);
    const blinding = blind(mine, binding);
    const right = blindSign(issuer, blinding.blinded);
    const wrong = [
      new Uint8Array(256),
      right.subarray(1),
      new Uint8Array(0),
      right.map((byte, i) => (i === 128 ? byte ^ 1 : byte)),
      blindSign(issuer, blind(theirs, bindingOf(theirs)).blinded),
    ];
    for (const signature of wrong) expect(() => finalize(blinding, signature, binding)).toThrow(invalid);
    expect(() => finalize(blinding, right, bindingOf(theirs))).toThrow(invalid);
  });

  it("neither function has a parameter for a salt or a blinding factor", () => {
    expect([blind.length, finalize.length]).toEqual([2, 3]);
  });
});
