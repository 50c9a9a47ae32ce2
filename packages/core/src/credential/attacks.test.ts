import { describe, expect, it } from "vitest";
import { concat, fromHex, newSecretCode, type SecretCode } from "../bytes/index.ts";
import { i2osp, modPow, os2ip, pssVerify, randomBytes, signingKey } from "../primitives/index.ts";
import {
  blind,
  blindedHash,
  blindSign,
  checkDraw,
  type Draw,
  finalize,
  type IssuerKey,
  type IssuerPrivateKey,
  openIssuerKey,
  parseIssuerKey,
  responseNonce,
  responseSigningKey,
  signEnrolmentReceipt,
  type TokenBinding,
  tokenInput,
  verifyEnrolmentReceipt,
  verifyToken,
} from "./index.ts";
import vectors from "./vectors/protocol.json" with { type: "json" };
import substitute from "./vectors/substitute.json" with { type: "json" };

/**
 * Each attack twice: against what is shipped, and against a collaborator that lacks the defence, where it succeeds.
 */

const { issuerName } = vectors;
const manifestId = fromHex(vectors.manifestId);
/** The keys of three audiences or issuers; the first is the one in the manifest for this audience. */
const [issuer, second, third] = [vectors.pkcs8.answering, vectors.pkcs8.reports, vectors.pkcs8.other].map((hex) =>
  openIssuerKey(fromHex(hex)),
) as [IssuerPrivateKey, IssuerPrivateKey, IssuerPrivateKey];

function bindingOf(code: SecretCode, key: IssuerKey, round: Uint8Array = manifestId): TokenBinding {
  return { nonce: responseNonce(round, responseSigningKey(code, round).publicKey), issuerName, manifestId: round, key };
}

/** What an honest client draws from an issuer that answers with `signer`. */
function draw(code: SecretCode, key: IssuerKey, signer: IssuerPrivateKey, round?: Uint8Array): Uint8Array {
  const binding = bindingOf(code, key, round);
  const blinding = blind(code, binding);
  return finalize(blinding, blindSign(signer, blinding.blinded), binding);
}

/** A verifier that takes what it checks against from the request: nonce and key come with the token. */
function verifyAsRequested(token: Uint8Array, key: IssuerKey, round: Uint8Array): boolean {
  return verifyToken(token, { nonce: token.slice(2, 34), issuerName, manifestId: round, key });
}

describe("an issuer that gives each person a key of their own", () => {
  const people = [issuer, second, third];

  it("names each of them by trying the keys, if clients take the key that is served", () => {
    people.forEach((tagged, person) => {
      const token = draw(newSecretCode(randomBytes), tagged.key, tagged);
      expect(people.map(({ key }) => verifyAsRequested(token, key, manifestId)).indexOf(true)).toBe(person);
    });
  });

  it("gets caught: a client that blinds for the manifest's key finds out before it uses the token", () => {
    for (const tagged of [second, third]) {
      expect(() => draw(newSecretCode(randomBytes), issuer.key, tagged)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_(TOKEN_INVALID|BLIND_INPUT)$/) }),
      );
    }
  });
});

describe("a token taken in transit", () => {
  const token = draw(newSecretCode(randomBytes), issuer.key, issuer);
  const thief = signingKey(randomBytes(32)).publicKey;

  it("is worth nothing with another response key", () => {
    expect(verifyToken(token, { nonce: responseNonce(manifestId, thief), issuerName, manifestId, key: issuer.key })).toBe(false);
  });

  it("would be a vote for whoever holds it, if the nonce were not bound", () => {
    expect(verifyAsRequested(token, issuer.key, manifestId)).toBe(true);
  });
});

describe("a token of another round, issuer or audience", () => {
  const code = newSecretCode(randomBytes);
  const earlier = new Uint8Array(32).fill(1);
  const token = draw(code, issuer.key, issuer, earlier);

  it("does not verify in this one, even under the same key and response key", () => {
    const { nonce } = bindingOf(code, issuer.key, earlier);
    expect(verifyToken(token, { nonce, issuerName, manifestId: earlier, key: issuer.key })).toBe(true);
    expect(verifyToken(token, { nonce, issuerName, manifestId, key: issuer.key })).toBe(false);
    expect(verifyToken(token, { nonce, issuerName: `${issuerName}.`, manifestId: earlier, key: issuer.key })).toBe(false);
    expect(verifyToken(token, { nonce, issuerName, manifestId: earlier, key: second.key })).toBe(false);
  });

  it("would, if the round were taken from the request", () => {
    expect(verifyAsRequested(token, issuer.key, earlier)).toBe(true);
  });
});

describe("key substitution: another key under which a token verifies too", () => {
  it("an attacker's own token is refused, whoever's key id it carries", () => {
    const code = newSecretCode(randomBytes);
    const own = draw(code, third.key, third);
    const relabelled = concat(tokenInput(bindingOf(code, issuer.key)), own.slice(98));
    for (const token of [own, relabelled]) expect(verifyToken(token, bindingOf(code, issuer.key))).toBe(false);
    // With the key from the request it passes: anybody could be their own issuer.
    expect(verifyAsRequested(own, third.key, manifestId)).toBe(true);
  });

  // n' was built from smooth primes so that the discrete logarithm e' of the encoded message to the base s is easy.
  const token = fromHex(vectors.answering.token);
  const [input, signature] = [token.slice(0, 98), token.slice(98)];
  const [n, e] = [substitute.n, substitute.e].map((hex) => os2ip(fromHex(hex))) as [bigint, bigint];

  it("exists for an honest token when a key may have any exponent", () => {
    expect(n).not.toBe(issuer.key.n);
    expect(pssVerify(issuer.key, input, signature, 48)).toBe(true);
    expect(pssVerify({ n, e }, input, signature, 48)).toBe(true);
  });

  it("is no issuer key: the exponent is fixed, and the token names the key it was made for", () => {
    const spki = concat(issuer.key.spki.slice(0, 81), fromHex(substitute.n), issuer.key.spki.slice(337));
    expect(e).not.toBe(65537n);
    expect(pssVerify({ n, e: 65537n }, input, signature, 48)).toBe(false);
    const binding = { nonce: fromHex(vectors.answering.nonce), issuerName, manifestId };
    expect(verifyToken(token, { ...binding, key: issuer.key })).toBe(true);
    expect(verifyToken(token, { ...binding, key: parseIssuerKey(spki) })).toBe(false);
  });
});

describe("an issuer key whose exponent divides p - 1", () => {
  const n = fromHex(substitute.notCoprime.n);
  const p = os2ip(fromHex(substitute.notCoprime.p));
  const key = parseIssuerKey(concat(issuer.key.spki.slice(0, 81), n, issuer.key.spki.slice(337)));
  /** Which of the e classes of e-th powers modulo p a number is in: blinding multiplies by an e-th power and cannot change it. */
  const classOf = (value: bigint): bigint => modPow(value, (p - 1n) / key.e, p);

  it("links a request with its message, if a client takes what it gets for a token", () => {
    const classes = [1, 2, 3, 4].map((person) => {
      const code = new Uint8Array(16).fill(person) as Uint8Array as SecretCode;
      const { blinded, inverse } = blind(code, bindingOf(code, key));
      const message = (os2ip(blinded) * modPow(inverse, key.e, key.n)) % key.n;
      expect(classOf(os2ip(blinded))).toBe(classOf(message));
      return classOf(message);
    });
    expect(new Set(classes).size).toBe(4);
  });

  it("gives no token: only the class of e-th powers has signatures, and finalize accepts nothing else", () => {
    const code = new Uint8Array(16).fill(5) as Uint8Array as SecretCode;
    const binding = bindingOf(code, key);
    const blinding = blind(code, binding);
    expect(classOf(os2ip(blinding.blinded))).not.toBe(1n);
    for (const answer of [blinding.blinded, i2osp(1n, 256), i2osp(modPow(os2ip(blinding.blinded), 3n, key.n), 256)]) {
      expect(() => finalize(blinding, answer, binding)).toThrow(expect.objectContaining({ code: "ERR_TOKEN_INVALID" }));
    }
  });
});

describe("a draw that nobody made", () => {
  /** Choose s, compute s^e, hash it: for any public invited hash, without any key. */
  function fromNothing(invited: Uint8Array): Draw {
    const half = (key: IssuerKey) => {
      const blindSignature = concat(Uint8Array.of(0), randomBytes(255));
      return { blindSignature, blindedHash: blindedHash(i2osp(modPow(os2ip(blindSignature), 65537n, key.n), 256)) };
    };
    const [answering, reports] = [half(issuer.key), half(second.key)];
    return {
      invitedHash: invited,
      ...answering,
      reportBlindedHash: reports.blindedHash,
      reportBlindSignature: reports.blindSignature,
    };
  }
  const keys = { key: issuer.key, reportKey: second.key, signingKey: signingKey(randomBytes(32)).publicKey };
  const forged = fromNothing(fromHex(vectors.invitedHash));
  const place = { manifestId, audience: 0, issuer: issuerName };

  it("looks right to whoever takes raw RSA signatures for proof: a stranger could object for any invitation, or convict an issuer", () => {
    expect(checkDraw(forged, keys)).toBe(true);
  });

  it("is no receipt: that needs the issuer's signing key", () => {
    const stranger = signingKey(randomBytes(32));
    const signature = signEnrolmentReceipt(place, forged, stranger);
    expect(verifyEnrolmentReceipt({ ...place, draw: forged, signature }, keys)).toBe(false);
  });
});
