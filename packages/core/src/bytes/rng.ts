/** A source of randomness: `n` unpredictable bytes. */
export type Rng = (length: number) => Uint8Array;

/** `length` bytes from `rng`. One that gives fewer would make a weak secret, so it is refused. @throws TypeError */
export function draw(rng: Rng, length: number): Uint8Array {
  const bytes = rng(length);
  if (bytes.length !== length) throw new TypeError("the rng gave another number of bytes than it was asked for");
  return bytes;
}
