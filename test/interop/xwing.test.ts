import { randomBytes } from "node:crypto";
import { decapsulate, encapsulate, KEM_RANDOMNESS, KEM_SEED, kemKey } from "@amana/core/primitives";
import { XWing } from "@hpke/hybridkem-x-wing";
import { describe, expect, it } from "vitest";

/**
 * X-Wing by a second implementation. Its ML-KEM and its combiner are independent of ours; its SHA-3 and X25519 descend
 * from noble's code, so for those the vectors of the draft (in core) are the check.
 */
const theirs = new XWing();

const bytes = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(randomBytes(length));
const hex = (value: ArrayBufferLike | Uint8Array): string => Buffer.from(value as Uint8Array).toString("hex");

describe("X-Wing, against @hpke/hybridkem-x-wing", () => {
  const rounds = Array.from({ length: 5 }, () => ({ seed: bytes(KEM_SEED), randomness: bytes(KEM_RANDOMNESS) }));

  it.each(rounds)("derives the same key pair, ciphertext and secret", async ({ seed, randomness }) => {
    const ourKey = kemKey(seed);
    const theirKey = await theirs.generateKeyPairDerand(seed);
    expect(hex(await theirs.serializePublicKey(theirKey.publicKey))).toBe(hex(ourKey.publicKey));
    const ourSealed = encapsulate(ourKey.publicKey, randomness);
    const theirSealed = await theirs.encap({ recipientPublicKey: theirKey.publicKey, ekm: randomness.buffer });
    expect(hex(theirSealed.enc)).toBe(hex(ourSealed.ciphertext));
    expect(hex(theirSealed.sharedSecret)).toBe(hex(ourSealed.sharedSecret));
  });

  it.each(rounds)("opens what the other sealed, in both directions", async ({ seed, randomness }) => {
    const ourKey = kemKey(seed);
    const theirKey = await theirs.generateKeyPairDerand(seed);
    const forThem = encapsulate(ourKey.publicKey, randomness);
    const opened = await theirs.decap({ recipientKey: theirKey.privateKey, enc: new Uint8Array(forThem.ciphertext).buffer });
    expect(hex(opened)).toBe(hex(forThem.sharedSecret));
    const forUs = await theirs.encap({ recipientPublicKey: theirKey.publicKey });
    expect(hex(decapsulate(ourKey, new Uint8Array(forUs.enc)))).toBe(hex(forUs.sharedSecret));
  });

  it("rejects a changed ciphertext with the same other secret", async () => {
    const { seed, randomness } = rounds[0] as (typeof rounds)[0];
    const ourKey = kemKey(seed);
    const theirKey = await theirs.generateKeyPairDerand(seed);
    const { ciphertext, sharedSecret } = encapsulate(ourKey.publicKey, randomness);
    const changed = new Uint8Array(ciphertext);
    changed[0] = (changed[0] as number) ^ 1;
    const rejected = hex(decapsulate(ourKey, changed));
    expect(rejected).toBe(hex(await theirs.decap({ recipientKey: theirKey.privateKey, enc: changed.buffer })));
    expect(rejected).not.toBe(hex(sharedSecret));
  });
});
