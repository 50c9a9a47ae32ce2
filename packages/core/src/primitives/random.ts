/** The most that `getRandomValues` gives at once. */
const AT_ONCE = 65_536;

/** The platform's CSPRNG: the default of every `rng` parameter. */
export function randomBytes(length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += AT_ONCE) crypto.getRandomValues(out.subarray(at, at + AT_ONCE));
  return out;
}
