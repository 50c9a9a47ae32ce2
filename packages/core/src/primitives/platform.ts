/**
 * The one seam between platforms: what `node:crypto` does faster with the same answers.
 * `#platform` resolves to platform.node.ts on Node and to platform.portable.ts everywhere else.
 */
export interface Platform {
  /** RFC 8032 signature (64 bytes) under the key of a 32-byte seed. */
  ed25519Sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /**
   * Whether the encoding of S·B − h·A equals R. The caller has already refused what implementations disagree on
   * (see ed25519.ts), so both platforms give one verdict.
   */
  ed25519Verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}
