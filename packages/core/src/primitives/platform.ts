import type { RsaPrivateOperation, RsaPublicKey } from "./rsa.ts";

/**
 * The one seam between platforms: what `node:crypto` does faster with the same answers.
 * `#platform` resolves to platform.node.ts on Node and to platform.portable.ts everywhere else.
 */
export interface Platform {
  /** RFC 8032 §5.1.5: the public key (32 bytes) of a 32-byte seed. */
  ed25519PublicKey(seed: Uint8Array): Uint8Array;
  /** RFC 8032 signature (64 bytes) under the key of a 32-byte seed. */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /**
   * Whether the encoding of S·B − h·A equals R. The caller has already refused what implementations disagree on
   * (see ed25519.ts), so both platforms give one verdict.
   */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /**
   * RFC 7748 §5, X25519 of a 32-byte secret and the u coordinate of a point (32 bytes; the highest bit is ignored, u ≥ p is reduced).
   * @throws when the result is all zeros: the point has small order
   */
  x25519(secret: Uint8Array, point: Uint8Array): Uint8Array;
  /** input^e mod n. The caller has checked that the input is as long as the modulus and below it. */
  rsaPublic(key: RsaPublicKey, input: Uint8Array): Uint8Array;
  /**
   * RSASSA-PSS verification with SHA-384, MGF1-SHA-384 and a salt of exactly 48 bytes. The caller has checked that
   * the signature is as long as the modulus and below it, so both platforms give one verdict.
   */
  rsaPssVerify(key: RsaPublicKey, message: Uint8Array, signature: Uint8Array): boolean;
  /** A new RSA-2048 key with e = 65537 as PKCS #8 DER (rsaEncryption), found off the main thread. Node only. @throws TypeError elsewhere */
  rsaGenerate(): Promise<Uint8Array>;
  /**
   * The public numbers and the private operation of a PKCS #8 key of type rsaEncryption; null for anything else.
   * Node only. @throws TypeError elsewhere
   */
  rsaPrivate(pkcs8: Uint8Array): { readonly key: RsaPublicKey; readonly operation: RsaPrivateOperation } | null;
}
