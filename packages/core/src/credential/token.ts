import { concat, H, SHA256, TAGS, uint, utf8 } from "../bytes/index.ts";
import type { IssuerKey } from "./spki.ts";

/** RFC 9578 §8.2.2: Blind RSA (2048-bit), publicly verifiable. */
const TOKEN_TYPE = 0x0002;
export const TOKEN_INPUT_LENGTH = 98;
export const SIGNATURE_LENGTH = 256;
export const TOKEN_LENGTH = 354;

/** What a token is bound to. All of it is known to the verifier beforehand; nothing is taken from the token. */
export interface TokenBinding {
  /** 32 bytes: {@link responseNonce} or {@link reportNonce}. */
  readonly nonce: Uint8Array;
  /** The issuer's name in the manifest. */
  readonly issuerName: string;
  /** 32 bytes. */
  readonly manifestId: Uint8Array;
  /** The issuer's key in the manifest, of this audience and for this use. */
  readonly key: IssuerKey;
}

/** The nonce of the token for answering: it commits to the response key, so a stolen token is worth nothing. */
export function responseNonce(manifestId: Uint8Array, responseKey: Uint8Array): Uint8Array {
  return H(TAGS.responseKey, manifestId, responseKey);
}

/** The nonce of the token for the mark on reports: it commits to the report key. */
export function reportNonce(manifestId: Uint8Array, reportPublicKey: Uint8Array): Uint8Array {
  return H(TAGS.reportKey, manifestId, reportPublicKey);
}

/**
 * What the issuer signs blindly (RFC 9578 §6.1), 98 bytes, and what a token begins with:
 *
 *     struct {
 *       uint16_t token_type = 0x0002;
 *       uint8_t nonce[32];
 *       uint8_t challenge_digest[32];   // SHA-256 of the TokenChallenge
 *       uint8_t token_key_id[32];       // SHA-256 of the SPKI
 *     } token_input;
 */
export function tokenInput(binding: TokenBinding): Uint8Array {
  if (binding.nonce.length !== 32) throw new TypeError("a nonce has 32 bytes");
  return concat(uint(TOKEN_TYPE, 2), binding.nonce, SHA256(tokenChallenge(binding.issuerName, binding.manifestId)), binding.key.keyId);
}

/**
 * The challenge (RFC 9577 §2.1). The manifest id ties a token to its round; there is no origin, as a round is the
 * same wherever it is served.
 *
 *     struct {
 *       uint16_t token_type = 0x0002;
 *       opaque issuer_name<1..2^16-1>;
 *       opaque redemption_context<0..32>;   // the manifest id
 *       opaque origin_info<0..2^16-1>;      // empty
 *     } TokenChallenge;
 */
function tokenChallenge(issuerName: string, manifestId: Uint8Array): Uint8Array {
  const name = utf8(issuerName);
  if (name.length === 0) throw new TypeError("an issuer has a name");
  if (manifestId.length !== 32) throw new TypeError("a manifest id has 32 bytes");
  return concat(uint(TOKEN_TYPE, 2), uint(name.length, 2), name, uint(manifestId.length, 1), manifestId, uint(0, 2));
}
