import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromHex, SHA256, toHex } from "../bytes/index.ts";
import { os2ip } from "../primitives/index.ts";
import { platform as node } from "../primitives/platform.node.ts";
import { platform as portable } from "../primitives/platform.portable.ts";
import { blindSign, openIssuerKey } from "./issuer.ts";
import { blindMessage, finalizeMessage } from "./rsabssa.ts";
import { encodeIssuerKey, parseIssuerKey } from "./spki.ts";
import vectors from "./vectors/rfc9578.json" with { type: "json" };

describe("RFC 9578 Appendix B.2", () => {
  it.each(vectors.vectors)("token type 0x0002, $key, $nonce", (vector) => {
    const key = parseIssuerKey(fromHex(vectors.keys[vector.key as keyof typeof vectors.keys].pk_s));
    const token = fromHex(vector.token);
    const input = token.slice(0, 98);
    expect(toHex(input)).toBe(`0002${vector.nonce}${toHex(SHA256(fromHex(vector.token_challenge)))}${toHex(key.keyId)}`);

    const { blinded, inverse } = blindMessage(key, input, fromHex(vector.salt), os2ip(fromHex(vector.blind)));
    expect(vector.token_request).toBe(`0002${toHex(key.keyId.slice(31))}${toHex(blinded)}`);

    const signature = finalizeMessage(key, input, 48, fromHex(vector.token_response), inverse);
    expect(toHex(input) + toHex(signature)).toBe(vector.token);
    for (const platform of [node, portable]) expect(platform.rsaPssVerify(key, input, signature)).toBe(true);
  });

  it("blindSign gives the token_response of the published private key", () => {
    const pem = Buffer.from(vectors.keys.go.sk_s, "hex").toString();
    const issuer = openIssuerKey(createPrivateKey(pem).export({ format: "der", type: "pkcs8" }));
    const published = vectors.vectors.filter(({ key }) => key === "go");
    expect(published).toHaveLength(3);
    for (const { token_request, token_response } of published) {
      expect(toHex(blindSign(issuer, fromHex(token_request.slice(6))))).toBe(token_response);
    }
  });

  it("§6.5: the published keys are in the one encoding", () => {
    for (const { pk_s } of Object.values(vectors.keys)) {
      const { n, e } = parseIssuerKey(fromHex(pk_s));
      expect(toHex(encodeIssuerKey(n, e))).toBe(pk_s);
    }
  });
});
