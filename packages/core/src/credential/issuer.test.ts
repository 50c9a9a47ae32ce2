import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromHex } from "../bytes/index.ts";
import { i2osp, modPow, os2ip, type RsaPrivateOperation } from "../primitives/index.ts";
import { blindSign, checkBlinded, generateIssuerKey, type IssuerPrivateKey, openIssuerKey, parseIssuerKey } from "./index.ts";
import vectors from "./vectors/protocol.json" with { type: "json" };

const pkcs8 = fromHex(vectors.pkcs8.answering);
const issuer = openIssuerKey(pkcs8);
const { n, e } = issuer.key;
const blinded = fromHex(vectors.answering.blinded);
const der = { format: "der", type: "pkcs8" } as const;

describe("issuer keys", () => {
  it("are generated as the protocol requires, each another", async () => {
    const [a, b] = await Promise.all([generateIssuerKey(), generateIssuerKey()]);
    expect(openIssuerKey(a.pkcs8).key).toBe(parseIssuerKey(a.spki));
    expect(a.spki).not.toEqual(b.spki);
  });

  it("must be RSA-2048 with e = 65537", () => {
    const wrong = [
      generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey.export(der),
      generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }).privateKey.export(der),
      generateKeyPairSync("ed25519").privateKey.export(der),
      new Uint8Array(8),
    ];
    for (const key of wrong) expect(() => openIssuerKey(key)).toThrow(expect.objectContaining({ code: "ERR_ISSUER_KEY" }));
  });
});

describe("blindSign", () => {
  it("refuses what is not a number between 2 and n in 256 bytes, before anything is claimed or signed", () => {
    const wrong = [
      new Uint8Array(0),
      new Uint8Array(255),
      new Uint8Array(257),
      i2osp(0n, 256),
      i2osp(1n, 256),
      i2osp(n, 256),
      new Uint8Array(256).fill(255),
    ];
    let signed = 0;
    const operation: RsaPrivateOperation = (input) => {
      signed++;
      return issuer.operation(input);
    };
    for (const input of wrong) {
      const refused = expect.objectContaining({ code: "ERR_BLIND_INPUT" });
      expect(() => checkBlinded(issuer.key, input)).toThrow(refused);
      expect(() => blindSign({ key: issuer.key, operation }, input)).toThrow(refused);
    }
    expect(signed).toBe(0);
    for (const m of [2n, n - 1n]) {
      expect(() => checkBlinded(issuer.key, i2osp(m, 256))).not.toThrow();
      expect(modPow(os2ip(blindSign(issuer, i2osp(m, 256))), e, n)).toBe(m);
    }
  });

  it("gives the same signature for the same message", () => {
    expect(blindSign(issuer, blinded)).toEqual(blindSign(issuer, blinded));
    expect(blindSign(issuer, blinded)).toEqual(fromHex(vectors.answering.blindSignature));
  });
});

/** The private operation with one bit wrong in the half that is computed modulo p. */
function faulty(): { operation: RsaPrivateOperation; q: bigint } {
  const jwk = createPrivateKey({ key: Buffer.from(pkcs8), ...der }).export({ format: "jwk" });
  const number = (name: "p" | "q" | "dp" | "dq" | "qi"): bigint => os2ip(Buffer.from(String(jwk[name]), "base64url"));
  const [p, q, dp, dq, qi] = [number("p"), number("q"), number("dp"), number("dq"), number("qi")];
  return {
    q,
    operation: (input) => {
      const m = os2ip(input);
      const half = modPow(m, dp, p) ^ (1n << 77n);
      const other = modPow(m, dq, q);
      const h = (((qi * (half - other)) % p) + p) % p;
      return i2osp(other + q * h, 256);
    },
  };
}

/** What whoever asked does with a faulty signature: gcd(s^e − m, n) (Boneh, DeMillo, Lipton 1997). */
function factorOf(signature: Uint8Array): bigint {
  let [a, b] = [n, (modPow(os2ip(signature), e, n) - os2ip(blinded) + n) % n];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

describe("a fault while signing", () => {
  const { operation, q } = faulty();

  it("releases no signature", () => {
    const broken: IssuerPrivateKey = { key: issuer.key, operation };
    expect(() => blindSign(broken, blinded)).toThrow(expect.objectContaining({ code: "ERR_SIGNATURE_FAULT" }));
  });

  it("without the check gives the issuer's private key to whoever asked", () => {
    const blindSignUnchecked = (privateKey: IssuerPrivateKey, message: Uint8Array): Uint8Array => privateKey.operation(message);
    const signature = blindSignUnchecked({ key: issuer.key, operation }, blinded);
    expect(factorOf(signature)).toBe(q);
    expect(n % factorOf(signature)).toBe(0n);
  });

  it.each([
    ["a result that is too short", (): Uint8Array => new Uint8Array(255)],
    ["the message itself", (input: Uint8Array): Uint8Array => input],
    ["a right signature plus n", (input: Uint8Array): Uint8Array => i2osp((os2ip(issuer.operation(input)) + n) % 2n ** 2048n, 256)],
  ])("or %s is not released either", (_, wrong) => {
    expect(() => blindSign({ key: issuer.key, operation: wrong }, blinded)).toThrow(
      expect.objectContaining({ code: "ERR_SIGNATURE_FAULT" }),
    );
  });
});
