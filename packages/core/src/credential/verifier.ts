import { platform } from "#platform";
import { equal } from "../bytes/index.ts";
import { isBelowModulus } from "./spki.ts";
import { TOKEN_INPUT_LENGTH, TOKEN_LENGTH, type TokenBinding, tokenInput } from "./token.ts";

/**
 * Whether a token is what the binding says and signed by its key. The token is attacker-controlled: anything wrong is
 * `false`, never an exception. The binding is not: collectors and auditors take it from the manifest.
 */
export function verifyToken(token: Uint8Array, binding: TokenBinding): boolean {
  // 1. The length.
  if (token.length !== TOKEN_LENGTH) return false;
  // 2. Type, nonce, challenge and key id are those expected.
  const input = tokenInput(binding);
  if (!equal(token.subarray(0, TOKEN_INPUT_LENGTH), input)) return false;
  // 3. The signature is below n: one encoding of one number.
  const signature = token.subarray(TOKEN_INPUT_LENGTH);
  if (!isBelowModulus(binding.key, signature)) return false;
  // 4. RSASSA-PSS, with a salt of exactly 48 bytes.
  return platform.rsaPssVerify(binding.key, input, signature);
}
