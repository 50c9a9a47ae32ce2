export { isSigningPublicKey, type SigningKey, sign, signingKey, verify } from "./ed25519.ts";
export { PSS_SALT, pssEncode, pssMatches, pssVerify } from "./pss.ts";
export { randomBytes } from "./random.ts";
export { i2osp, invert, modPow, modulusLength, os2ip, type RsaPrivateOperation, type RsaPublicKey } from "./rsa.ts";
export { BOX_OVERHEAD, boxOpen, boxSeal } from "./secretbox.ts";
export { decapsulate, encapsulate, KEM_CIPHERTEXT, KEM_PUBLIC_KEY, KEM_RANDOMNESS, KEM_SEED, type KemKey, kemKey } from "./xwing.ts";
