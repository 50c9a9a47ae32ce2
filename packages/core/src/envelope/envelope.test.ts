import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, fromHex, type Rng, toHex } from "../bytes/index.ts";
import { type KemKey, kemKey } from "../primitives/index.ts";
import {
  checkEnvelope,
  type EnvelopeSpec,
  envelopeLength,
  keyId,
  matchesShareCommitment,
  open,
  openShare,
  type Share,
  seal,
} from "./index.ts";
import { sealFromSeed } from "./seal.ts";

interface Vector {
  readonly name: string;
  readonly threshold: number;
  readonly size: number;
  readonly context: string;
  readonly seed: string;
  readonly recipientSeeds: string[];
  readonly plaintext: string;
  readonly shares: string[];
  readonly envelope: string;
}

const { sealed, refused } = JSON.parse(readFileSync(new URL("vectors/envelopes.json", import.meta.url), "utf8")) as {
  sealed: Vector[];
  refused: (Vector & { error: string })[];
};

const code = (name: string): unknown => expect.objectContaining({ code: name });

function read(vector: Vector): { keys: KemKey[]; spec: EnvelopeSpec; envelope: Uint8Array; shares: (Share | null)[] } {
  const keys = vector.recipientSeeds.map((seed) => kemKey(fromHex(seed)));
  const context = fromHex(vector.context);
  const envelope = fromHex(vector.envelope);
  return {
    keys,
    envelope,
    spec: { recipients: keys.map((key) => key.publicKey), threshold: vector.threshold, context, size: vector.size },
    shares: keys.map((key, index) => openShare(envelope, index, key, context)),
  };
}

const isShare = (share: Share | null): share is Share => share !== null;

/** Every way to take k of a list. */
function choose<T>(list: readonly T[], k: number): T[][] {
  if (k === 0) return [[]];
  return list.flatMap((item, index) => choose(list.slice(index + 1), k - 1).map((rest) => [item, ...rest]));
}

const keys = [1, 2, 3, 4, 5].map((byte) => kemKey(new Uint8Array(32).fill(byte)));
const context = new Uint8Array(32).fill(7);
const specOf = (n: number, threshold: number, size: number): EnvelopeSpec => ({
  recipients: keys.slice(0, n).map((key) => key.publicKey),
  threshold,
  context,
  size,
});
const sharesOf = (envelope: Uint8Array, n: number): Share[] =>
  keys.slice(0, n).flatMap((key, index) => openShare(envelope, index, key, context) ?? []);

describe("test vectors", () => {
  it.each(sealed)("$name: seals to the same bytes", (vector) => {
    const { spec, envelope } = read(vector);
    expect(toHex(sealFromSeed(fromHex(vector.plaintext), fromHex(vector.seed), spec))).toBe(vector.envelope);
    expect(envelope.length).toBe(envelopeLength(spec.recipients.length, spec.size));
  });

  it.each(sealed)("$name: gives each recipient its share, and any k open it", async (vector) => {
    const { spec, envelope, shares } = read(vector);
    expect(shares.map((share) => (share === null ? null : toHex(share)))).toEqual(vector.shares);
    for (const some of choose(shares.filter(isShare), spec.threshold)) {
      expect(toHex(await open(envelope, some, spec))).toBe(vector.plaintext);
    }
  });

  it.each(refused)("refused, $name: $error", async ({ error, ...vector }) => {
    const { spec, envelope, shares } = read(vector);
    checkEnvelope(envelope, { keyIds: spec.recipients.map(keyId), threshold: spec.threshold, size: spec.size });
    for (const some of choose(shares.filter(isShare), spec.threshold))
      await expect(open(envelope, some, spec)).rejects.toThrow(code(error));
    await expect(open(envelope, shares.filter(isShare), spec)).rejects.toThrow(code(error));
  });
});

describe("seal", () => {
  it("is determined by its rng, which is asked for one seed", () => {
    const spec = specOf(3, 2, 20);
    const asked: number[] = [];
    const rng: Rng = (length) => {
      asked.push(length);
      return new Uint8Array(length).fill(8);
    };
    const envelope = seal(Uint8Array.of(1), { ...spec, rng });
    expect(asked).toEqual([32]);
    expect(seal(Uint8Array.of(1), { ...spec, rng })).toEqual(envelope);
    expect(envelope).toEqual(sealFromSeed(Uint8Array.of(1), new Uint8Array(32).fill(8), spec));
    expect(() => seal(Uint8Array.of(1), { ...spec, rng: () => new Uint8Array(31) })).toThrow(TypeError);
  });

  it("draws a new seed each time", () => {
    const spec = specOf(1, 1, 0);
    expect(seal(new Uint8Array(0), spec)).not.toEqual(seal(new Uint8Array(0), spec));
  });

  it("makes envelopes of one length, whatever they hold", () => {
    const spec = specOf(2, 1, 300);
    const lengths = [0, 1, 299, 300].map((length) => seal(new Uint8Array(length), spec).length);
    expect(new Set(lengths)).toEqual(new Set([envelopeLength(2, 300)]));
    expect(envelopeLength(2, 300)).toBe(38 + 2 * (16 + 1120 + 32 + 49) + 4 + 16 + 4 + 300);
  });

  it("refuses a plaintext that does not fit, before it says anything else", () => {
    expect(() => seal(new Uint8Array(301), specOf(2, 1, 300))).toThrow(code("ERR_ENVELOPE_SIZE"));
  });

  it("refuses a recipient that is no key", () => {
    expect(() => seal(new Uint8Array(0), { ...specOf(1, 1, 0), recipients: [new Uint8Array(1216).fill(255)] })).toThrow(
      code("ERR_ENVELOPE_FORMAT"),
    );
  });

  it.each<[string, Partial<EnvelopeSpec>]>([
    ["no recipients", { recipients: [] }],
    ["256 recipients", { recipients: new Array<Uint8Array>(256).fill(new Uint8Array(1216)) }],
    ["threshold 0", { threshold: 0 }],
    ["a threshold above the number of recipients", { threshold: 4 }],
    ["half a threshold", { threshold: 1.5 }],
    ["a short context", { context: new Uint8Array(31) }],
    ["a negative size", { size: -1 }],
    ["half a size", { size: 0.5 }],
  ])("takes %s for a programming mistake", (_, part) => {
    expect(() => seal(new Uint8Array(0), { ...specOf(3, 2, 10), ...part })).toThrow(TypeError);
  });
});

describe("round trip", () => {
  it("holds over n, k, size, contents and openers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        fc.uint8Array({ maxLength: 200 }),
        fc.nat({ max: 50 }),
        fc.infiniteStream(fc.nat()),
        async (n, kSeed, plaintext, more, order) => {
          const spec = specOf(n, 1 + (kSeed % n), plaintext.length + more);
          const envelope = seal(plaintext, spec);
          checkEnvelope(envelope, { keyIds: spec.recipients.map(keyId), threshold: spec.threshold, size: spec.size });
          const shares = sharesOf(envelope, n)
            .map((share) => ({ share, key: order.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ share }) => share);
          shares.forEach((share) => {
            expect(matchesShareCommitment(envelope, (share[32] as number) - 1, context, share)).toBe(true);
          });
          expect(await open(envelope, shares.slice(0, spec.threshold), spec)).toEqual(plaintext);
          await expect(open(envelope, shares.slice(0, spec.threshold - 1), spec)).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
        },
      ),
      { numRuns: 15 },
    );
  });

  it("reaches the largest count and threshold", () => {
    const key = keys[0] as KemKey;
    const spec = { recipients: new Array<Uint8Array>(255).fill(key.publicKey), threshold: 255, context, size: 3 };
    const envelope = seal(Uint8Array.of(1, 2), spec);
    checkEnvelope(envelope, { keyIds: spec.recipients.map(keyId), threshold: 255, size: 3 });
    expect(openShare(envelope, 254, key, context)?.[32]).toBe(255);
    expect(openShare(envelope, 255, key, context)).toBeNull();
  });

  it("reads envelopes and shares from views and from Buffers", async () => {
    const spec = specOf(3, 2, 16);
    const envelope = seal(Uint8Array.of(9), spec);
    const around = concat(Uint8Array.of(1, 2, 3), envelope, Uint8Array.of(4)).subarray(3, 3 + envelope.length);
    for (const view of [around, Buffer.from(envelope)]) {
      const shares = sharesOf(view, 3);
      expect(shares.length).toBe(3);
      expect(await open(view, shares, spec)).toEqual(Uint8Array.of(9));
      // The library that combines refuses Buffers; the envelope does not.
      expect(
        await open(
          view,
          shares.map((share) => Buffer.from(share)),
          spec,
        ),
      ).toEqual(Uint8Array.of(9));
      expect(
        await open(
          view,
          shares.map((share) => concat(Uint8Array.of(0), share).subarray(1)),
          spec,
        ),
      ).toEqual(Uint8Array.of(9));
    }
  });

  it("gives shares and plaintexts that do not change with the envelope", async () => {
    const spec = specOf(2, 2, 16);
    const envelope = seal(Uint8Array.of(9), spec);
    const shares = sharesOf(envelope, 2);
    const plaintext = await open(envelope, shares, spec);
    const before = shares.map(toHex);
    envelope.fill(0);
    expect(shares.map(toHex)).toEqual(before);
    expect(plaintext).toEqual(Uint8Array.of(9));
  });
});
