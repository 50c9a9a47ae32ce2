import nacl from "tweetnacl";
import { describe, expect, it } from "vitest";
import { concat, Reader, uint } from "../bytes/index.ts";
import { boxOpen, boxSeal, encapsulate, kemKey } from "../primitives/index.ts";
import { decodeEnvelope, shareCommitment } from "./format.ts";
import { type EnvelopeSpec, keyId, open, openShare, type Share } from "./index.ts";
import { bodyKey, sealHead, seedCommitment, slotKey } from "./seal.ts";

/**
 * secretbox does not commit to its key: a hostile reporter can make one box that opens under two keys, with a story for
 * each. Here it is made in full, down to lengths and zero padding, so that nothing but the commitments refuses it.
 */
const SIZE = 4092;
const BLOCKS = (4 + SIZE) / 16;
const P = 2n ** 130n - 5n;
const WORD = 2n ** 128n;

const context = new Uint8Array(32).fill(7);
const keys = [1, 2].map((byte) => kemKey(new Uint8Array(32).fill(byte)));
const spec: EnvelopeSpec = { recipients: keys.map((key) => key.publicKey), threshold: 1, context, size: SIZE };
const keyIds = spec.recipients.map(keyId);

interface LowLevel {
  crypto_stream(out: Uint8Array, at: number, length: number, nonce: Uint8Array, key: Uint8Array): void;
}

/** The XSalsa20 stream: 32 bytes for Poly1305, then what the plaintext is mixed with. */
function stream(key: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  (nacl as unknown as { lowlevel: LowLevel }).lowlevel.crypto_stream(out, 0, length, new Uint8Array(24), key);
  return out;
}

const number = (bytes: Uint8Array): bigint => bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
const block = (value: bigint): Uint8Array => Uint8Array.from({ length: 16 }, (_, index) => Number((value >> BigInt(8 * index)) & 255n));
const mod = (value: bigint): bigint => ((value % P) + P) % P;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square))
    if (rest & 1n) result = mod(result * square);
  return result;
}

interface Key {
  readonly seed: Uint8Array;
  readonly pad: Uint8Array;
  readonly r: bigint;
  readonly s: bigint;
}

function keyOf(seed: Uint8Array): Key {
  const bytes = stream(bodyKey(seed, context), 32 + 4 + SIZE);
  const r = number(bytes.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn;
  return { seed, r, s: number(bytes.subarray(16, 32)), pad: bytes.subarray(32) };
}

/** Two seeds whose streams begin so alike that both plaintexts get a length within the size: the first all of it. */
function alike(): { first: Key; second: Key; length: number } {
  const seen = new Map<number, number[]>();
  for (let n = 0; ; n++) {
    const seedOf = (count: number): Uint8Array => concat(new Uint8Array(28), uint(count, 4));
    const start = new DataView(stream(bodyKey(seedOf(n), context), 36).buffer).getUint32(32);
    const others = seen.get(start >>> 12) ?? [];
    for (const other of others) {
      const first = keyOf(seedOf(other));
      const second = keyOf(seedOf(n));
      const length = ((new DataView(first.pad.slice(0, 4).buffer).getUint32(0) ^ start) >>> 0) ^ SIZE;
      if (length >= 1000 && length <= SIZE) return { first, second, length };
    }
    seen.set(start >>> 12, [...others, n]);
  }
}

/** Ciphertext with the two blocks at `free` chosen so that its tag is the same under both keys; and that tag. */
function sameTag(ciphertext: Uint8Array, free: readonly [number, number], first: Key, second: Key): Uint8Array {
  const weight = (key: Key, at: number): bigint => power(key.r, BigInt(BLOCKS - at));
  const rest = [first, second].map((key) => {
    let sum = 0n;
    for (let at = 0; at < BLOCKS; at++) {
      const value = free.includes(at) ? 0n : number(ciphertext.subarray(16 * at, 16 * at + 16));
      sum = mod((sum + value + WORD) * key.r);
    }
    return sum;
  }) as [bigint, bigint];
  const [a1, b1, a2, b2] = [weight(first, free[0]), weight(first, free[1]), weight(second, free[0]), weight(second, free[1])];
  const inverse = power(mod(a1 * b2 - a2 * b1), P - 2n);
  for (let tag = 1n; ; tag++) {
    const wanted1 = mod(((tag - first.s + WORD) % WORD) - rest[0]);
    const wanted2 = mod(((tag - second.s + WORD) % WORD) - rest[1]);
    const x = mod((wanted1 * b2 - wanted2 * b1) * inverse);
    const y = mod((wanted2 * a1 - wanted1 * a2) * inverse);
    // Each fits into 128 of 130 bits one time in four.
    if (x >= WORD || y >= WORD) continue;
    const forged = ciphertext.slice();
    forged.set(block(x), 16 * free[0]);
    forged.set(block(y), 16 * free[1]);
    return concat(block(tag), forged);
  }
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, index) => byte ^ (b[index] as number));

function forge(): { first: Key; second: Key; body: Uint8Array; stories: [Uint8Array, Uint8Array] } {
  const { first, second, length } = alike();
  const stories = ["The inspector took money.", "The trader took money."].map((text) => new TextEncoder().encode(text)) as [
    Uint8Array,
    Uint8Array,
  ];
  // Zeros under the second key from its end on: its padding. Before that: the first story, two free blocks, the second.
  const ciphertext = second.pad.slice();
  ciphertext.set(xor(uint(SIZE, 4), first.pad), 0);
  ciphertext.set(xor(stories[0], first.pad.subarray(4)), 4);
  ciphertext.set(xor(stories[1], second.pad.subarray(4 + 200)), 4 + 200);
  const body = sameTag(ciphertext, [4, 5], first, second);
  expect(length).toBeGreaterThan(200 + stories[1].length);
  return { first, second, body, stories };
}

/** One slot with a share that opens and matches its commitment. */
function slot(index: number, share: Share): Uint8Array {
  const { sharedSecret, ciphertext } = encapsulate(spec.recipients[index] as Uint8Array, new Uint8Array(64).fill(index));
  const id = keyIds[index] as Uint8Array;
  return concat(id, ciphertext, shareCommitment(context, index, share), boxSeal(share, slotKey(sharedSecret, context, id, index)));
}

/** An opener that does all that `open` does but for the seed commitment and for sealing again. */
function openWithoutCommitment(envelope: Uint8Array, share: Share): Uint8Array | null {
  const padded = boxOpen(decodeEnvelope(envelope).body, bodyKey(share.subarray(0, 32), context));
  if (padded === null) return null;
  const reader = new Reader(padded, "ERR_ENVELOPE_INVALID");
  const plaintext = reader.vector(SIZE);
  return reader.take(reader.left).every((byte) => byte === 0) ? plaintext : null;
}

describe("one ciphertext, two keys", () => {
  const { first, second, body, stories } = forge();

  // Each of two handlers can open alone (k = 1); each gets another seed, and its slot is in order.
  const head = sealHead(first.seed, spec);
  const shares: [Share, Share] = [concat(first.seed, Uint8Array.of(1)), concat(second.seed, Uint8Array.of(2))];
  const envelope = concat(head.subarray(0, 38), slot(0, shares[0]), slot(1, shares[1]), uint(body.length, 4), body);

  it("attack: secretbox opens it under both", () => {
    expect(boxOpen(body, bodyKey(first.seed, context))).not.toBeNull();
    expect(boxOpen(body, bodyKey(second.seed, context))).not.toBeNull();
  });

  it("attack: without the seed commitment, two handlers read two stories in one report", () => {
    expect(keys.map((key, index) => openShare(envelope, index, key, context))).toEqual(shares);
    const read = shares.map((share) => openWithoutCommitment(envelope, share) as Uint8Array);
    expect(read[0]?.subarray(0, stories[0].length)).toEqual(stories[0]);
    expect(read[1]?.subarray(200, 200 + stories[1].length)).toEqual(stories[1]);
  });

  it("defence: neither reads anything, and both know why", async () => {
    const invalid = expect.objectContaining({ code: "ERR_ENVELOPE_INVALID" });
    for (const some of [[shares[0]], [shares[1]], shares]) await expect(open(envelope, some, spec)).rejects.toThrow(invalid);
    // Nor with the commitment to the second seed, which then lets the second handler no further than sealing again.
    const other = envelope.slice();
    other.set(seedCommitment(second.seed, context, 1, keyIds), 6);
    for (const some of [[shares[0]], [shares[1]]]) await expect(open(other, some, spec)).rejects.toThrow(invalid);
  });
});
