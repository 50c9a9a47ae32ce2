import fc from "fast-check";
import { expect } from "vitest";
import { AmanaError } from "../src/errors/index.ts";

/** Reads bytes or throws. */
export type Parser = (bytes: Uint8Array) => unknown;

/** What a parser made of some bytes: its result, or the code it refused them with. Anything but an AmanaError fails the test. */
export async function verdict(parse: Parser, bytes: Uint8Array): Promise<{ readonly value: unknown } | { readonly code: string }> {
  try {
    return { value: await parse(bytes) };
  } catch (error) {
    if (!(error instanceof AmanaError)) throw error;
    return { code: error.code };
  }
}

/** The lengths to cut at: all of them, or of long structs the ends and an even spread. */
function cuts(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, at) => at);
  const step = length / most;
  return [
    ...new Set([
      ...Array.from({ length: 64 }, (_, at) => at),
      ...Array.from({ length: most }, (_, at) => Math.floor(at * step)),
      length - 1,
    ]),
  ];
}

/**
 * What every parser keeps: it reads a view into a larger buffer and a Buffer alike, refuses each truncation and a trailing
 * byte, and whatever is changed in the bytes, throws nothing but an AmanaError.
 */
export async function expectBounded(parse: Parser, valid: Uint8Array, most = Number.POSITIVE_INFINITY): Promise<void> {
  const expected = await verdict(parse, valid);
  expect(expected).toHaveProperty("value");
  // Views.
  const around = new Uint8Array(valid.length + 7).fill(0xa5);
  around.set(valid, 3);
  expect(await verdict(parse, around.subarray(3, 3 + valid.length))).toEqual(expected);
  expect(await verdict(parse, Buffer.from(valid))).toEqual(expected);
  // Truncation, and one byte too many.
  for (const at of cuts(valid.length, most)) expect(await verdict(parse, valid.subarray(0, at)), `cut at ${at}`).toHaveProperty("code");
  for (const byte of [0, 0x20, 0xff]) expect(await verdict(parse, Uint8Array.of(...valid, byte))).toHaveProperty("code");
  // Mutation.
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (changes, early) => {
        const bytes = new Uint8Array(valid);
        // Half of the time near the front, where lengths and counts are.
        for (const [at, byte] of changes) bytes[early ? (at % 80) % valid.length : at] = byte;
        await verdict(parse, bytes);
      },
    ),
    { numRuns: 60 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => void (await verdict(parse, bytes))),
    { numRuns: 60 },
  );
}
