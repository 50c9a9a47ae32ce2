import { concat, KDF, type SecretCode, TAGS } from "../bytes/index.ts";
import { os2ip, PSS_SALT } from "../primitives/index.ts";
import { blindMessage, finalizeMessage } from "./rsabssa.ts";
import { type TokenBinding, tokenInput } from "./token.ts";

/** 16 bytes more than the modulus, so that reducing mod n leaves no bias worth the name. */
const BLINDING_BYTES = 272;

/** One blinded message. The client sends `blinded` and keeps the rest to itself; nothing has to be stored. */
export interface Blinding {
  /** 256 bytes, for the issuer. */
  readonly blinded: Uint8Array;
  /** What {@link finalize} takes the blinding off with. Whoever has it can match this request with its token. */
  readonly inverse: bigint;
}

/**
 * Blinds the token input. Factor and salt come from the secret code alone: the same code gives the same blinded
 * message, so a lost reply or a second device loses nothing, and nobody can pass a factor or salt that marks a person
 * (RFC 9474 §7, "PSS Salt Choice"). The client calls it after it has proved the manifest that holds `binding.key`.
 * @throws ERR_BLIND_INPUT with negligible probability, or when the key was built to share a factor
 */
export function blind(code: SecretCode, binding: TokenBinding): Blinding {
  const { key, manifestId } = binding;
  const r = os2ip(KDF(code, manifestId, TAGS.blindingFactor, [key.keyId], BLINDING_BYTES)) % key.n;
  const salt = KDF(code, manifestId, TAGS.pssSalt, [key.keyId], PSS_SALT);
  return blindMessage(key, tokenInput(binding), salt, r);
}

/**
 * The token (354 bytes) from the issuer's answer, which is attacker-controlled: it is verified before it is returned,
 * so an issuer that signs with another key for this person is found out here. @throws ERR_TOKEN_INVALID
 */
export function finalize(blinding: Blinding, blindSignature: Uint8Array, binding: TokenBinding): Uint8Array {
  const input = tokenInput(binding);
  return concat(input, finalizeMessage(binding.key, input, PSS_SALT, blindSignature, blinding.inverse));
}
