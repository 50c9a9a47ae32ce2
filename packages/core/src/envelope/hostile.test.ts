import fc from "fast-check";
import { combine } from "shamir-secret-sharing";
import { describe, expect, it } from "vitest";
import { concat, equal } from "../bytes/index.ts";
import { boxOpen, boxSeal, encapsulate, type KemKey, kemKey } from "../primitives/index.ts";
import { decodeEnvelope, HEADER, KEY_ID, SLOT, shareCommitment } from "./format.ts";
import { checkEnvelope, type EnvelopeSpec, keyId, matchesShareCommitment, open, openShare, type Share } from "./index.ts";
import { bodyKey, sealFromSeed, seedCommitment, slotKey } from "./seal.ts";

const code = (name: string): unknown => expect.objectContaining({ code: name });
const keys = [1, 2, 3].map((byte) => kemKey(new Uint8Array(32).fill(byte)));
const recipients = keys.map((key) => key.publicKey);
const keyIds = recipients.map(keyId);
const context = new Uint8Array(32).fill(7);
const seed = new Uint8Array(32).fill(9);
const plaintext = new TextEncoder().encode("what happened");
const spec: EnvelopeSpec = { recipients, threshold: 2, context, size: 40 };
const shape = { keyIds, threshold: 2, size: 40 };
const honest = sealFromSeed(plaintext, seed, spec);

const shareAt = (envelope: Uint8Array, index: number): Share | null => openShare(envelope, index, keys[index] as KemKey, context);
const slotBytes = (envelope: Uint8Array, index: number): Uint8Array =>
  envelope.subarray(HEADER + SLOT * index, HEADER + SLOT * (index + 1));
const shares = keys.map((_, index) => shareAt(honest, index) as Share);
const [one, two, three] = shares as [Share, Share, Share];

/** The envelope with other bytes in the slot at `index`, from `at` on. */
function withSlot(envelope: Uint8Array, index: number, bytes: Uint8Array, at = 0): Uint8Array {
  const changed = envelope.slice();
  slotBytes(changed, index).set(bytes, at);
  return changed;
}

/** What a hostile respondent does: a slot that opens well and matches its commitment, with a share of their choice. */
function withShare(envelope: Uint8Array, index: number, share: Share): Uint8Array {
  const publicKey = recipients[index] as Uint8Array;
  const { sharedSecret, ciphertext } = encapsulate(publicKey, new Uint8Array(64).fill(index));
  const id = keyId(publicKey);
  const box = boxSeal(share, slotKey(sharedSecret, context, id, index));
  return withSlot(envelope, index, concat(id, ciphertext, shareCommitment(context, index, share), box));
}

/** An opener as `open` would be without sealing again: it trusts shares that match and checks the seed. */
async function openWithoutResealing(envelope: Uint8Array, some: readonly Share[]): Promise<Uint8Array | null> {
  const { commitment, body } = decodeEnvelope(envelope);
  const found = await combine([...some]);
  if (!equal(commitment, seedCommitment(found, context, 2, keyIds))) return null;
  return boxOpen(body, bodyKey(found, context));
}

describe("inconsistent shares", () => {
  // The third trustee's share is well sealed and matches its commitment, but it lies on no polynomial with the others.
  const lie = three.map((byte, index) => (index === 0 ? byte ^ 1 : byte));
  const envelope = withShare(honest, 2, lie);

  it("look right to every trustee and to the collector", () => {
    checkEnvelope(envelope, shape);
    expect(keys.map((_, index) => shareAt(envelope, index))).toEqual([one, two, lie]);
    expect(matchesShareCommitment(envelope, 2, context, lie)).toBe(true);
  });

  it("attack: without sealing again, who opens decides what counts", async () => {
    expect(await openWithoutResealing(envelope, [one, two])).not.toBeNull();
    expect(await openWithoutResealing(envelope, [one, lie])).toBeNull();
  });

  it("defence: the envelope is invalid for everyone alike", async () => {
    for (const some of [
      [one, two],
      [one, lie],
      [two, lie],
      [one, two, lie],
    ]) {
      await expect(open(envelope, some, spec)).rejects.toThrow(code("ERR_ENVELOPE_INVALID"));
    }
  });
});

describe("a slot that does not open", () => {
  const garbage = withSlot(honest, 2, new Uint8Array(1120).fill(5), KEY_ID);

  it("attack: without sealing again, the respondent chooses which trustees can read", async () => {
    expect(shareAt(garbage, 2)).toBeNull();
    expect(await openWithoutResealing(garbage, [one, two])).not.toBeNull();
  });

  it("defence: two good shares find it out; one asks for more", async () => {
    await expect(open(garbage, [one, two], spec)).rejects.toThrow(code("ERR_ENVELOPE_INVALID"));
    await expect(open(garbage, [one], spec)).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
  });

  it("is told from a trustee who lies: an honest envelope opens without the liar", async () => {
    const lie = new Uint8Array(33).fill(3);
    expect(matchesShareCommitment(honest, 2, context, lie)).toBe(false);
    expect(await open(honest, [lie, one, two], spec)).toEqual(plaintext);
    await expect(open(honest, [lie, one], spec)).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
  });
});

describe("shares that are none", () => {
  it("attack: the library combines a share at x = 0 to whatever its maker wants", async () => {
    const chosen = new Uint8Array(32).fill(0x42);
    expect(await combine([one, concat(chosen, Uint8Array.of(0))])).toEqual(chosen);
  });

  it("defence: x is index + 1, in a slot's share and in a revealed one", async () => {
    const atZero = concat(seed, Uint8Array.of(0));
    await expect(open(honest, [one, atZero], spec)).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
    const envelope = withShare(honest, 1, atZero);
    expect(shareAt(envelope, 1)).toBeNull();
    expect(matchesShareCommitment(envelope, 1, context, atZero)).toBe(false);
    // Nor can a slot hold the share of another.
    expect(shareAt(withShare(honest, 1, one), 1)).toBeNull();
  });

  it("refuses a longer share, even one that the slot commits to: the library would throw on it", async () => {
    const longer = concat(two, Uint8Array.of(0));
    const envelope = withSlot(honest, 1, shareCommitment(context, 1, longer), KEY_ID + 1120);
    expect(matchesShareCommitment(envelope, 1, context, longer)).toBe(false);
    await expect(open(envelope, [one, longer], spec)).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
    await expect(combine([one, longer])).rejects.toThrow("same byte length");
  });

  it("counts a share once", async () => {
    await expect(open(honest, [one, one.slice(), one], spec)).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
  });

  it("leaves aside shares of other lengths, zeros and random bytes", async () => {
    const odd = [new Uint8Array(0), new Uint8Array(33), two.subarray(1), concat(two, Uint8Array.of(0))];
    for (const share of odd) for (const index of [0, 1, 2]) expect(matchesShareCommitment(honest, index, context, share)).toBe(false);
    expect(await open(honest, [...odd, two, one], spec)).toEqual(plaintext);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 33, maxLength: 33 }), async (share) => {
        await expect(open(honest, [one, share], spec)).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
      }),
    );
  });
});

describe("a slot in the wrong place", () => {
  it("does not open under another key, at another index or in another context", () => {
    expect(openShare(honest, 0, keys[1] as KemKey, context)).toBeNull();
    expect(openShare(honest, 1, keys[0] as KemKey, context)).toBeNull();
    expect(openShare(honest, 0, keys[0] as KemKey, new Uint8Array(32))).toBeNull();
    for (const index of [-1, 3, 255, 256, 0.5, Number.NaN]) {
      expect(openShare(honest, index, keys[0] as KemKey, context)).toBeNull();
      expect(matchesShareCommitment(honest, index, context, one)).toBe(false);
    }
    expect(matchesShareCommitment(honest, 0, new Uint8Array(32), one)).toBe(false);
  });

  it("does not open when slots are swapped, with their key ids or without", async () => {
    const swapped = withSlot(withSlot(honest, 0, slotBytes(honest, 1)), 1, slotBytes(honest, 0));
    expect(() => checkEnvelope(swapped, shape)).toThrow(code("ERR_ENVELOPE_FORMAT"));
    await expect(open(swapped, shares, spec)).rejects.toThrow(code("ERR_ENVELOPE_FORMAT"));
    expect(openShare(swapped, 0, keys[1] as KemKey, context)).toBeNull();
    const renamed = withSlot(withSlot(swapped, 0, keyIds[0] as Uint8Array), 1, keyIds[1] as Uint8Array);
    checkEnvelope(renamed, shape);
    expect([shareAt(renamed, 0), shareAt(renamed, 1)]).toEqual([null, null]);
  });

  it("does not open for a key that it does not name", () => {
    const renamed = withSlot(honest, 0, new Uint8Array(KEY_ID));
    expect(shareAt(renamed, 0)).toBeNull();
    expect(() => checkEnvelope(renamed, shape)).toThrow(code("ERR_ENVELOPE_FORMAT"));
  });

  it("copied under another response key, the whole envelope opens for nobody", async () => {
    const other = new Uint8Array(32).fill(8);
    expect(keys.map((key, index) => openShare(honest, index, key, other))).toEqual([null, null, null]);
    await expect(open(honest, shares, { ...spec, context: other })).rejects.toThrow(code("ERR_ENVELOPE_SHARES"));
  });
});

describe("hostile slots", () => {
  it("do not open, and never throw, whatever they hold", () => {
    const ciphertext = slotBytes(honest, 0).slice(KEY_ID, KEY_ID + 1120);
    const lowOrder = ciphertext.slice();
    // The X25519 half is the neutral element: the library throws on it.
    lowOrder.fill(0, 1088);
    for (const hostile of [new Uint8Array(1120), new Uint8Array(1120).fill(255), lowOrder, ciphertext.slice().reverse()]) {
      expect(shareAt(withSlot(honest, 0, hostile, KEY_ID), 0)).toBeNull();
    }
    const anywhere = fc.tuple(fc.nat({ max: SLOT - 1 }), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(anywhere, ([at, flip]) => {
        const byte = slotBytes(honest, 0)[at] as number;
        expect(shareAt(withSlot(honest, 0, Uint8Array.of(byte ^ flip), at), 0)).toBeNull();
      }),
      { numRuns: 40 },
    );
  });

  it("refuse an opening share that is sealed well and does not match the slot's commitment", () => {
    const envelope = withShare(honest, 0, one);
    expect(shareAt(envelope, 0)).toEqual(one);
    expect(shareAt(withSlot(envelope, 0, new Uint8Array(32), KEY_ID + 1120), 0)).toBeNull();
  });
});

describe("every byte counts", () => {
  it("one that differs anywhere in the envelope closes it, whoever opens", async () => {
    const at = fc.oneof(
      fc.nat({ max: 37 }),
      fc.nat({ max: honest.length - 1 }),
      fc.integer({ min: honest.length - 70, max: honest.length - 1 }),
    );
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (index, flip) => {
        const changed = honest.slice();
        changed[index] = (changed[index] as number) ^ flip;
        await expect(open(changed, shares, spec)).rejects.toThrow(
          expect.objectContaining({ code: expect.stringMatching(/^ERR_ENVELOPE_/) }),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("refuses every truncation and any trailing byte", async () => {
    for (let length = 0; length < honest.length; length++) {
      const cut = honest.subarray(0, length);
      expect(() => checkEnvelope(cut, shape)).toThrow(code("ERR_ENVELOPE_FORMAT"));
      expect(() => decodeEnvelope(cut)).toThrow(code("ERR_ENVELOPE_FORMAT"));
      expect(matchesShareCommitment(cut, 0, context, one)).toBe(false);
      expect(shareAt(cut, 0)).toBeNull();
      await expect(open(cut, shares, spec)).rejects.toThrow(code("ERR_ENVELOPE_FORMAT"));
    }
    const longer = concat(honest, Uint8Array.of(0));
    expect(() => checkEnvelope(longer, shape)).toThrow(code("ERR_ENVELOPE_FORMAT"));
    expect(shareAt(longer, 0)).toBeNull();
    await expect(open(longer, shares, spec)).rejects.toThrow(code("ERR_ENVELOPE_FORMAT"));
  });

  it.each<[string, number, number[]]>([
    ["another magic", 3, [0x32]],
    ["threshold 0", 4, [0]],
    ["another threshold", 4, [1]],
    ["a threshold above the count", 4, [4]],
    ["no recipients", 4, [0, 0]],
    ["another count", 5, [2]],
    ["a count that the bytes do not have", 5, [255]],
    ["a body that is longer than the bytes", HEADER + 3 * SLOT, [255, 255, 255, 255]],
    ["a body that is shorter than the bytes", HEADER + 3 * SLOT + 3, [59]],
  ])("refuses %s", async (_, at, bytes) => {
    const changed = honest.slice();
    changed.set(bytes, at);
    expect(() => checkEnvelope(changed, shape)).toThrow(code("ERR_ENVELOPE_FORMAT"));
    await expect(open(changed, shares, spec)).rejects.toThrow(code("ERR_ENVELOPE_FORMAT"));
  });

  it("is no envelope with a threshold that nobody or more than everybody reaches", () => {
    for (const threshold of [0, 4, 255]) {
      const changed = honest.slice();
      changed[4] = threshold;
      expect(() => decodeEnvelope(changed)).toThrow(code("ERR_ENVELOPE_FORMAT"));
      expect(shareAt(changed, 0)).toBeNull();
    }
  });

  it("refuses a count and a body that together have the right length", () => {
    // One recipient fewer, and a body longer by one slot.
    const fewer = concat(honest.subarray(0, HEADER + 2 * SLOT), Uint8Array.of(0, 0, 0x04, 0xfd), new Uint8Array(60 + SLOT));
    fewer[5] = 2;
    expect(fewer.length).toBe(honest.length);
    expect(decodeEnvelope(fewer).slots.length).toBe(2);
    expect(() => checkEnvelope(fewer, shape)).toThrow(code("ERR_ENVELOPE_FORMAT"));
  });

  it("refuses the shape of another round", () => {
    checkEnvelope(honest, shape);
    for (const other of [{ threshold: 3 }, { size: 41 }, { keyIds: keyIds.slice(1) }, { keyIds: keyIds.toReversed() }]) {
      expect(() => checkEnvelope(honest, { ...shape, ...other })).toThrow(code("ERR_ENVELOPE_FORMAT"));
    }
  });
});
