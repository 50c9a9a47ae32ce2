import { x25519 } from "@noble/curves/ed25519.js";
import nacl from "tweetnacl";
import type { Platform } from "./platform.ts";
import { PSS_SALT, pssVerify } from "./pss.ts";
import { i2osp, modPow, modulusLength, os2ip } from "./rsa.ts";

export const platform: Platform = {
  ed25519PublicKey: (seed) => nacl.sign.keyPair.fromSeed(seed).publicKey,
  ed25519Sign: (seed, message) => nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey),
  ed25519Verify: (publicKey, message, signature) => nacl.sign.detached.verify(message, signature, publicKey),
  x25519: (secret, point) => x25519.scalarMult(secret, point),
  rsaPublic: (key, input) => i2osp(modPow(os2ip(input), key.e, key.n), modulusLength(key.n)),
  rsaPssVerify: (key, message, signature) => pssVerify(key, message, signature, PSS_SALT),
  rsaGenerate: async () => issuingNeedsNode(),
  rsaPrivate: issuingNeedsNode,
};

/** BigInt is neither fast nor constant-time enough for an issuer's private key. */
function issuingNeedsNode(): never {
  throw new TypeError("issuing needs Node.js: the private operation runs in OpenSSL only");
}
