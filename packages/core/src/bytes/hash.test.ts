import { createHash, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex, H, KDF, type Part, RunningSHA256, SHA256, TAGS, toHex } from "./index.ts";
import { sha256 as portable } from "./sha256.portable.ts";

/** The encoding of tag and parts once more, over Buffers. */
const encoded = (tag: string, parts: readonly Part[]): Buffer =>
  Buffer.concat(
    [tag, ...parts].flatMap((part) => {
      const bytes = Buffer.from(part as string);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );

const zeroTo31 = Uint8Array.from({ length: 32 }, (_, index) => index);
const salt = new Uint8Array(32).fill(0xaa);

/** The expected values were computed once, by other code (Python's hashlib and hmac) from docs/protocol.md. */
describe("H", () => {
  it("is SHA-256 over the length-prefixed tag and parts", () => {
    expect(toHex(H(TAGS.keyId))).toBe("6e3d49093f566fc603c9bf5b7343cbd68bc5566f4e6d6b52aae36dce38e81be1");
    expect(toHex(H(TAGS.keyId, Uint8Array.of(1, 2, 3)))).toBe("8afcb10507dc97368589b88ace06d59bf014b4e49ddee25ee163d86e96bf9858");
    expect(toHex(H(TAGS.invited, "été", ""))).toBe("08e501303c958a6965b8ef3da04bbd741259c52eb68ffbc5d8d55079e8974b3a");
  });

  it("tells other cuts of the same bytes apart", () => {
    expect(toHex(H(TAGS.keyId, Uint8Array.of(1), Uint8Array.of(2, 3)))).toBe(
      "5dfc0e4eeb5c6bc2d74f61e694f6e07262e44ce8a7f2f01ecdacfc885fb3f011",
    );
    const parts = fc.array(fc.uint8Array({ maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const same = a.length === b.length && a.every((part, index) => toHex(part) === toHex(b[index] as Uint8Array));
        expect(toHex(H(TAGS.work, ...a)) === toHex(H(TAGS.work, ...b))).toBe(same);
      }),
    );
  });

  it("agrees with node:crypto", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (parts) => {
        expect(toHex(H(TAGS.reply, ...parts))).toBe(createHash("sha256").update(encoded(TAGS.reply, parts)).digest("hex"));
      }),
    );
    expect(toHex(SHA256(zeroTo31))).toBe(createHash("sha256").update(zeroTo31).digest("hex"));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => toHex(portable(bytes)) === toHex(SHA256(bytes))));
    const running = new RunningSHA256();
    for (const [from, to] of [
      [0, 7],
      [7, 7],
      [7, 32],
    ])
      running.add(zeroTo31.subarray(from, to));
    expect(running.digest()).toEqual(SHA256(zeroTo31));
  });
});

describe("KDF", () => {
  it("is HKDF-SHA256 with the same encoding as info", () => {
    expect(toHex(KDF(zeroTo31, salt, TAGS.bodyKey))).toBe("6749ddc657abddaa97cf24f5ee4579817d39544da12a459c1fe295396973cd20");
    expect(toHex(KDF(zeroTo31, salt, TAGS.slotRandomness, [Uint8Array.of(2)], 64))).toBe(
      "f66a0beb7eb55ce010505ff0c165c7208f2d5ebf811a4b6137032be01b6e183d02f84f426c8231d71dd2a1ce8f311fb7fa795770b8392fecf23923623f763e5d",
    );
  });

  it("agrees with node:crypto, up to the longest share coefficients (8,128 bytes)", () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.uint8Array(),
        fc.array(fc.uint8Array()),
        fc.constantFrom(1, 32, 64, 272, 8128),
        (ikm, aSalt, parts, length) => {
          const expected = new Uint8Array(hkdfSync("sha256", ikm, aSalt, encoded(TAGS.shareCoefficients, parts), length));
          expect(KDF(ikm, aSalt, TAGS.shareCoefficients, parts, length)).toEqual(expected);
        },
      ),
    );
  });

  it("gives plain byte strings with buffers of their own", () => {
    expect(KDF(fromHex("00"), salt, TAGS.bodyKey).buffer.byteLength).toBe(32);
    expect(H(TAGS.bodyKey).constructor).toBe(Uint8Array);
  });
});

describe("TAGS", () => {
  const tags = Object.values(TAGS);

  it("are all of this version, and pairwise different", () => {
    for (const tag of tags) expect(tag).toMatch(/^amana\/v1 [a-z -]+$/);
    expect(new Set(tags).size).toBe(tags.length);
  });

  it("has none that is a prefix of another", () => {
    for (const a of tags) for (const b of tags) if (a !== b) expect(b.startsWith(a), `"${a}" is a prefix of "${b}"`).toBe(false);
  });
});
