import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  verify,
} from "node:crypto";
import type { Platform } from "./platform.ts";
import { PSS_SALT } from "./pss.ts";
import { i2osp, modulusLength, os2ip, type RsaPublicKey } from "./rsa.ts";

/** RFC 8410: the DER in front of a raw Ed25519 seed (PKCS #8). */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

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
  return Buffer.from(i2osp(value, modulusLength(value))).toString("base64url");
}

/** Importing a seed costs five signatures, so a server's own keys are imported once. Forgotten with the seed. */
const signers = new WeakMap<Uint8Array, KeyObject>();

function importSeed(seed: Uint8Array): KeyObject {
  const known = signers.get(seed);
  if (known !== undefined) return known;
  const object = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
  signers.set(seed, object);
  return object;
}

export const platform: Platform = {
  ed25519Sign(seed, message) {
    return new Uint8Array(sign(null, message, importSeed(seed)));
  },
  ed25519Verify(publicKey, message, signature) {
    // As a JWK: OpenSSL takes eight times as long to read the same 32 bytes from DER.
    const jwk = { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") };
    return verify(null, message, createPublicKey({ key: jwk, format: "jwk" }), signature);
  },
  rsaPublic(key, input) {
    return new Uint8Array(publicEncrypt({ key: importKey(key), padding: constants.RSA_NO_PADDING }, input));
  },
  rsaPssVerify(key, message, signature) {
    const options = { key: importKey(key), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PSS_SALT };
    return verify("sha384", message, options, signature);
  },
  rsaGenerate() {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 65537 });
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
