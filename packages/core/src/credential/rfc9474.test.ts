import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concat, fromHex, toHex } from "../bytes/index.ts";
import { invert, modPow, os2ip } from "../primitives/index.ts";
import { platform as node } from "../primitives/platform.node.ts";
import { platform as portable } from "../primitives/platform.portable.ts";
import { blindMessage, finalizeMessage } from "./rsabssa.ts";
import vectors from "./vectors/rfc9474.json" with { type: "json" };

const [p, q, n] = [vectors.p, vectors.q, vectors.n].map((hex) => os2ip(fromHex(hex))) as [bigint, bigint, bigint];
const key = { n, e: 65537n };

/** The RFC gives p and q; OpenSSL wants the whole key. */
function pkcs8(): Uint8Array {
  const d = invert(key.e, (p - 1n) * (q - 1n)) ?? 0n;
  const field = (value: bigint): string =>
    Buffer.from(
      value
        .toString(16)
        .padStart(2, "0")
        .replace(/^(.(..)*)$/, "0$1"),
      "hex",
    ).toString("base64url");
  const jwk = {
    kty: "RSA",
    n: field(n),
    e: field(key.e),
    d: field(d),
    p: field(p),
    q: field(q),
    dp: field(d % (p - 1n)),
    dq: field(d % (q - 1n)),
    qi: field(invert(q, p) ?? 0n),
  };
  return createPrivateKey({ key: jwk, format: "jwk" }).export({ format: "der", type: "pkcs8" });
}

describe("RFC 9474 Appendix A", () => {
  const issuer = node.rsaPrivate(pkcs8());

  it("has the key it says", () => {
    expect(p * q).toBe(n);
    expect(issuer?.key).toEqual(key);
  });

  it.each(vectors.variants)("$name", ({ msg_prefix, salt, inv, blinded_msg, blind_sig, sig }) => {
    const message = concat(fromHex(msg_prefix), fromHex(vectors.msg));
    const r = invert(os2ip(fromHex(inv)), n) ?? 0n;

    const { blinded, inverse } = blindMessage(key, message, fromHex(salt), r);
    expect(toHex(blinded)).toBe(blinded_msg);
    expect(inverse).toBe(os2ip(fromHex(inv)));

    const blindSignature = issuer?.operation(blinded) ?? new Uint8Array(0);
    expect(toHex(blindSignature)).toBe(blind_sig);

    const signature = finalizeMessage(key, message, salt.length / 2, blindSignature, inverse);
    expect(toHex(signature)).toBe(sig);
    for (const platform of [node, portable]) expect(platform.rsaPssVerify(key, message, signature)).toBe(salt.length === 96);
  });

  it("§4.2: refuses a factor below 2, or that shares one with n", () => {
    const salt = new Uint8Array(48);
    for (const r of [0n, 1n, p, q, 5n * p]) {
      expect(() => blindMessage(key, salt, salt, r)).toThrow(expect.objectContaining({ code: "ERR_BLIND_INPUT" }));
    }
    expect(blindMessage(key, salt, salt, 2n).blinded).toHaveLength(512);
  });

  it("§4.2: blinds as m · r^e", () => {
    const salt = new Uint8Array(48);
    const [two, three] = [2n, 3n].map((r) => os2ip(blindMessage(key, salt, salt, r).blinded)) as [bigint, bigint];
    expect((two * modPow(3n, key.e, n)) % n).toBe((three * modPow(2n, key.e, n)) % n);
  });

  it("§4.4: refuses a blind signature of the wrong length or value", () => {
    const message = fromHex(vectors.msg);
    for (const wrong of [new Uint8Array(511), new Uint8Array(513), new Uint8Array(512), new Uint8Array(512).fill(255)]) {
      expect(() => finalizeMessage(key, message, 48, wrong, 5n)).toThrow(expect.objectContaining({ code: "ERR_TOKEN_INVALID" }));
    }
  });
});
