import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { Platform } from "./platform.ts";

/** RFC 8410: the DER in front of a raw Ed25519 public key, and of a raw private seed (PKCS #8). */
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

export const platform: Platform = {
  ed25519Sign(seed, message) {
    const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: "der", type: "pkcs8" });
    return new Uint8Array(sign(null, message, key));
  },
  ed25519Verify(publicKey, message, signature) {
    const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: "der", type: "spki" });
    return verify(null, message, key, signature);
  },
};
