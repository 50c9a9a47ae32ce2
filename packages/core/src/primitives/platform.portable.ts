import nacl from "tweetnacl";
import type { Platform } from "./platform.ts";

export const platform: Platform = {
  ed25519Sign: (seed, message) => nacl.sign.detached(message, nacl.sign.keyPair.fromSeed(seed).secretKey),
  ed25519Verify: (publicKey, message, signature) => nacl.sign.detached.verify(message, signature, publicKey),
};
