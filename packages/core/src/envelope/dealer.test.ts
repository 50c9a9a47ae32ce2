import fc from "fast-check";
import { combine, split } from "shamir-secret-sharing";
import { describe, expect, it } from "vitest";
import { concat } from "../bytes/index.ts";
import { deal } from "./dealer.ts";

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const at = (share: Uint8Array | undefined, index: number): number => (share as Uint8Array)[index] as number;

// The field once more, as the specification defines it: polynomials over GF(2), reduced bit by bit.
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) if ((b >> bit) & 1) product ^= a << bit;
  for (let bit = 14; bit >= 8; bit--) if ((product >> bit) & 1) product ^= 0x11b << (bit - 8);
  return product;
}
const inverse = (a: number): number => Array.from({ length: 256 }, (_, b) => b).find((b) => times(a, b) === 1) as number;

describe("deal", () => {
  it("computes the polynomial that docs/protocol.md §2 says", () => {
    fc.assert(
      fc.property(
        bytes(32),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 255 }),
        fc.infiniteStream(bytes(32)),
        (seed, k, x, stream) => {
          const coefficients = Array.from({ length: k - 1 }, () => stream.next().value as Uint8Array);
          const share = deal(seed, concat(...coefficients), x)[x - 1];
          expect(at(share, 32)).toBe(x);
          for (let j = 0; j < 32; j++) {
            let y = at(seed, j);
            for (let degree = 1, power = x; degree < k; degree++, power = times(power, x))
              y ^= times(at(coefficients[degree - 1], j), power);
            expect(at(share, j)).toBe(y);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("gives the seed itself to everyone where one is enough", () => {
    const seed = Uint8Array.from({ length: 32 }, (_, index) => index);
    expect(deal(seed, new Uint8Array(0), 3)).toEqual([1, 2, 3].map((x) => concat(seed, Uint8Array.of(x))));
  });

  it("is combined by the library, from any k of its shares", async () => {
    await fc.assert(
      fc.asyncProperty(
        bytes(32),
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        fc.infiniteStream(fc.nat()),
        async (seed, k, more, order) => {
          const coefficients = Uint8Array.from({ length: 32 * (k - 1) }, () => (order.next().value as number) & 255);
          const shares = deal(seed, coefficients, k + more);
          const some = shares
            .map((share) => ({ share, key: order.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .slice(0, k);
          expect(await combine(some.map(({ share }) => share))).toEqual(seed);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("reaches the largest threshold", async () => {
    const seed = new Uint8Array(32).fill(5);
    const coefficients = Uint8Array.from({ length: 32 * 254 }, (_, index) => (index * 101 + (index >> 8)) & 255);
    expect(await combine(deal(seed, coefficients, 255))).toEqual(seed);
  });

  it("deals, from the library's polynomial, the library's shares", async () => {
    const seed = Uint8Array.from({ length: 32 }, (_, index) => 255 - 3 * index);
    const theirs = await split(seed, 7, 3);
    const [first, second] = theirs;
    // y = seed + c1·x + c2·x², so (y − seed)/x is a line in x.
    const coefficients = new Uint8Array(64);
    for (let j = 0; j < 32; j++) {
      const [x1, x2] = [at(first, 32), at(second, 32)];
      const [a, b] = [times(at(first, j) ^ at(seed, j), inverse(x1)), times(at(second, j) ^ at(seed, j), inverse(x2))];
      const c2 = times(a ^ b, inverse(x1 ^ x2));
      coefficients.set([a ^ times(c2, x1)], j);
      coefficients.set([c2], 32 + j);
    }
    const ours = deal(seed, coefficients, 255);
    for (const share of theirs) expect(ours[at(share, 32) - 1]).toEqual(share);
  });
});
