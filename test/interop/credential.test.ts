import { createPrivateKey, createPublicKey, type KeyObject, webcrypto } from "node:crypto";
import { newSecretCode, type SecretCode } from "@amana/core/bytes";
import {
  blind,
  blindSign,
  finalize,
  generateIssuerKey,
  openIssuerKey,
  responseNonce,
  responseSigningKey,
  type TokenBinding,
  tokenInput,
  verifyToken,
} from "@amana/core/credential";
import { randomBytes } from "@amana/core/primitives";
import { publicVerif, TOKEN_TYPES, Token, TokenChallenge } from "@cloudflare/privacypass-ts";
import { describe, expect, it } from "vitest";

const { BlindRSAMode, Client, Issuer, Origin, TokenRequest, TokenResponse, getPublicKeyBytes } = publicVerif;

/** Our tokens are RFC 9578 tokens of type 0x0002: an implementation that we did not write makes and accepts them. */
const issuerName = "Chambre de commerce";
const manifestId = randomBytes(32);
const generated = await generateIssuerKey();
const issuer = openIssuerKey(generated.pkcs8);

const privateKey: KeyObject = createPrivateKey({ key: Buffer.from(generated.pkcs8), format: "der", type: "pkcs8" });
const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
const theirPublicKey = await webcrypto.subtle.importKey(
  "spki",
  createPublicKey(privateKey).export({ format: "der", type: "spki" }),
  algorithm,
  true,
  ["verify"],
);
const theirPrivateKey = await webcrypto.subtle.importKey("pkcs8", generated.pkcs8, algorithm, true, ["sign"]);
const theirIssuer = new Issuer(BlindRSAMode.PSS, issuerName, theirPrivateKey, theirPublicKey);
const challenge = new TokenChallenge(TOKEN_TYPES.BLIND_RSA.value, issuerName, manifestId);

function bindingOf(code: SecretCode): TokenBinding {
  return { nonce: responseNonce(manifestId, responseSigningKey(code, manifestId).publicKey), issuerName, manifestId, key: issuer.key };
}

/** A binding whose nonce is the one their client drew. */
function bindingOfTheirs(token: Token): TokenBinding {
  return { nonce: token.authInput.nonce, issuerName, manifestId, key: issuer.key };
}

describe("@cloudflare/privacypass-ts 0.8.1", () => {
  it("names a key as we do", async () => {
    expect(await getPublicKeyBytes(theirPublicKey)).toEqual(issuer.key.spki);
    expect(await theirIssuer.tokenKeyID()).toEqual(issuer.key.keyId);
  });

  it("accepts our tokens, and refuses them changed", async () => {
    for (let i = 0; i < 5; i++) {
      const code = newSecretCode(randomBytes);
      const binding = bindingOf(code);
      const blinding = blind(code, binding);
      const token = finalize(blinding, blindSign(issuer, blinding.blinded), binding);
      const theirs = Token.deserialize(TOKEN_TYPES.BLIND_RSA, token);
      expect(theirs.serialize()).toEqual(token);
      expect(await new Origin(BlindRSAMode.PSS).verify(theirs, theirPublicKey)).toBe(true);

      const changed = token.map((byte, at) => (at === 20 ? byte ^ 1 : byte));
      expect(await new Origin(BlindRSAMode.PSS).verify(Token.deserialize(TOKEN_TYPES.BLIND_RSA, changed), theirPublicKey)).toBe(false);
    }
  });

  it("makes tokens that we accept, from our issuer's signatures", async () => {
    const client = new Client(BlindRSAMode.PSS);
    const request = await client.createTokenRequest(challenge, issuer.key.spki);
    const token = await client.finalize(new TokenResponse(blindSign(issuer, request.blindedMsg)));
    const binding = bindingOfTheirs(token);
    expect(token.serialize().subarray(0, 98)).toEqual(tokenInput(binding));
    expect(verifyToken(token.serialize(), binding)).toBe(true);
    expect(verifyToken(token.serialize(), { ...binding, manifestId: new Uint8Array(32) })).toBe(false);
  });

  it("makes tokens that we accept, on its own", async () => {
    const client = new Client(BlindRSAMode.PSS);
    const response = await theirIssuer.issue(await client.createTokenRequest(challenge, issuer.key.spki));
    const token = await client.finalize(response);
    expect(verifyToken(token.serialize(), bindingOfTheirs(token))).toBe(true);
  });

  it("signs our blinded messages as OpenSSL does", async () => {
    const code = newSecretCode(randomBytes);
    const binding = bindingOf(code);
    const blinding = blind(code, binding);
    const request = new TokenRequest(issuer.key.keyId[31] ?? 0, blinding.blinded, TOKEN_TYPES.BLIND_RSA);
    const { blindSig } = await theirIssuer.issue(request);
    expect(blindSig).toEqual(blindSign(issuer, blinding.blinded));
    expect(verifyToken(finalize(blinding, blindSig, binding), binding)).toBe(true);
  });

  it("without a salt makes tokens of another kind, which neither accepts as this one", async () => {
    const client = new Client(BlindRSAMode.PSSZero);
    const request = await client.createTokenRequest(challenge, issuer.key.spki);
    const token = await client.finalize(new TokenResponse(blindSign(issuer, request.blindedMsg)));
    expect(await new Origin(BlindRSAMode.PSSZero).verify(token, theirPublicKey)).toBe(true);
    expect(await new Origin(BlindRSAMode.PSS).verify(token, theirPublicKey)).toBe(false);
    expect(verifyToken(token.serialize(), bindingOfTheirs(token))).toBe(false);
  });
});
