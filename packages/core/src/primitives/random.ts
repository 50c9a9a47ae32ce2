/** The platform's CSPRNG: the default of every `rng` parameter. */
export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
