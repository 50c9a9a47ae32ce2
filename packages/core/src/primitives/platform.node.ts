import {
  constants,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
} from "node:crypto";
import { promisify } from "node:util";
import type { Platform } from "./platform.ts";
import { PSS_SALT } from "./pss.ts";
import { i2osp, modulusLength, os2ip, type RsaPublicKey } from "./rsa.ts";

/**
 * A private key of RFC 8037. Only `d` is read of it, so `x` need not be known; as PKCS #8 OpenSSL takes ten times as long
 * to read the same 32 bytes.
 */
function importPrivate(crv: "Ed25519" | "X25519", secret: Uint8Array): KeyObject {
  return createPrivateKey({ key: { kty: "OKP", crv, d: encoded(secret), x: encoded(new Uint8Array(32)) }, format: "jwk" });
}

function importPublic(crv: "Ed25519" | "X25519", point: Uint8Array): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv, x: encoded(point) }, format: "jwk" });
}

function encoded(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64url");
}

/**
 * OpenSSL refuses raw operations with keys of type id-RSASSA-PSS, so the same numbers are imported as rsaEncryption.
 * Importing costs a fifth of a verification, hence one import per key object.
 */
const imported = new WeakMap<RsaPublicKey, KeyObject>();

function importKey(key: RsaPublicKey): KeyObject {
  const known = imported.get(key);
  if (known !== undefined) return known;
  const jwk = { kty: "RSA", n: base64url(key.n), e: base64url(key.e) };
  const object = createPublicKey({ key: jwk, format: "jwk" });
  imported.set(key, object);
  return object;
}

function base64url(value: bigint): string {
  return encoded(i2osp(value, modulusLength(value)));
}

/** Importing a seed costs as much as a signature, so a server's own keys are imported once. Forgotten with the seed. */
const signers = new WeakMap<Uint8Array, KeyObject>();

function importSeed(seed: Uint8Array): KeyObject {
  const known = signers.get(seed);
  if (known !== undefined) return known;
  const object = importPrivate("Ed25519", seed);
  signers.set(seed, object);
  return object;
}

export const platform: Platform = {
  ed25519PublicKey(seed) {
    const { x } = createPublicKey(importSeed(seed)).export({ format: "jwk" });
    return new Uint8Array(Buffer.from(x as string, "base64url"));
  },
  ed25519Sign(seed, message) {
    return new Uint8Array(sign(null, message, importSeed(seed)));
  },
  ed25519Verify(publicKey, message, signature) {
    return verify(null, message, importPublic("Ed25519", publicKey), signature);
  },
  x25519(secret, point) {
    return new Uint8Array(diffieHellman({ privateKey: importPrivate("X25519", secret), publicKey: importPublic("X25519", point) }));
  },
  rsaPublic(key, input) {
    return new Uint8Array(publicEncrypt({ key: importKey(key), padding: constants.RSA_NO_PADDING }, input));
  },
  rsaPssVerify(key, message, signature) {
    const options = { key: importKey(key), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT };
    return verify("sha384", message, options, signature);
  },
  async rsaGenerate() {
    const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048, publicExponent: 65537 });
    return new Uint8Array(privateKey.export({ format: "der", type: "pkcs8" }));
  },
  rsaPrivate(pkcs8) {
    const privateKey = rsaPrivateKey(pkcs8);
    if (privateKey === null) return null;
    // The public half has n and e only: d never becomes a JavaScript value.
    const { n, e } = createPublicKey(privateKey).export({ format: "jwk" });
    return {
      key: { n: os2ip(Buffer.from(n as string, "base64url")), e: os2ip(Buffer.from(e as string, "base64url")) },
      // OpenSSL blinds this operation and takes it modulo both primes.
      operation: (input) => new Uint8Array(privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, input)),
    };
  },
};

function rsaPrivateKey(pkcs8: Uint8Array): KeyObject | null {
  try {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    return key.asymmetricKeyType === "rsa" ? key : null;
  } catch {
    return null;
  }
}
