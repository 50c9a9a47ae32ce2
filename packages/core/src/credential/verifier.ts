import { platform } from "#platform";
import { equal } from "../bytes/index.ts";
import type { Platform } from "../primitives/platform.ts";
import { isBelowModulus } from "./spki.ts";
import { TOKEN_INPUT_LENGTH, TOKEN_LENGTH, type TokenBinding, tokenInput } from "./token.ts";

/**
 * Whether a token is what the binding says and signed by its key. The token is attacker-controlled: anything wrong is
 * `false`, never an exception. The binding is not: collectors and auditors take it from the manifest.
 */
export function verifyToken(token: Uint8Array, binding: TokenBinding): boolean {
  return verifyTokenOn(platform, token, binding);
}

/** The same on a given platform: both give one verdict (tested). */
export function verifyTokenOn({ rsaPssVerify }: Pick<Platform, "rsaPssVerify">, token: Uint8Array, binding: TokenBinding): boolean {
  // 1. The length.
  if (token.length !== TOKEN_LENGTH) return false;
  // 2. Type, nonce, challenge and key id are those expected.
  const input = tokenInput(binding);
  if (!equal(token.subarray(0, TOKEN_INPUT_LENGTH), input)) return false;
  // 3. The signature is below n: one encoding of one number.
  const signature = token.subarray(TOKEN_INPUT_LENGTH);
  if (!isBelowModulus(binding.key, signature)) return false;
  // 4. RSASSA-PSS, with a salt of exactly 48 bytes.
  return rsaPssVerify(binding.key, input, signature);
}
