import { concat, draw, H, KDF, type Rng, TAGS, uint } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { boxSeal, encapsulate, KEM_CIPHERTEXT, KEM_RANDOMNESS, randomBytes } from "../primitives/index.ts";
import { deal } from "./dealer.ts";
import { envelopeLength, HEADER, KEY_ID, keyId, MAGIC, SEED, SLOT, shareCommitment } from "./format.ts";

/** To whom, how many of them it takes, for what, and how large. Fixed by the manifest of the round. */
export interface EnvelopeSpec {
  /** X-Wing public keys (1216 bytes each), 1 to 255, in the order of the slots. */
  readonly recipients: readonly Uint8Array[];
  /** How many recipients open it together; 1 means that each can alone. */
  readonly threshold: number;
  /** 32 bytes that say what this envelope is and whose (docs/protocol.md §2); it opens in no other place. */
  readonly context: Uint8Array;
  /** Bytes of the padded plaintext: every envelope of a round has this one size. */
  readonly size: number;
}

/**
 * Seals a plaintext of up to `size` bytes to the recipients. The respondent's client calls it; nobody keeps the seed.
 * A retry sends the stored envelope: sealing again draws a new seed.
 * @throws ERR_ENVELOPE_SIZE if the plaintext does not fit, ERR_ENVELOPE_FORMAT if a public key is none, TypeError on a bad spec
 */
export function seal(plaintext: Uint8Array, spec: EnvelopeSpec & { readonly rng?: Rng }): Uint8Array {
  const { rng = randomBytes } = spec;
  return sealFromSeed(plaintext, draw(rng, SEED), spec);
}

/**
 * The whole envelope, determined by one 32-byte seed. Not exported from the package: two plaintexts under one seed would
 * share a keystream, so only {@link seal}, which draws the seed, may be called.
 */
export function sealFromSeed(plaintext: Uint8Array, seed: Uint8Array, spec: EnvelopeSpec): Uint8Array {
  if (!Number.isSafeInteger(spec.size) || spec.size < 0) throw new TypeError("size is a number of bytes");
  if (plaintext.length > spec.size) throw new AmanaError("ERR_ENVELOPE_SIZE");
  const padded = new Uint8Array(4 + spec.size);
  padded.set(uint(plaintext.length, 4));
  padded.set(plaintext, 4);
  const body = boxSeal(padded, bodyKey(seed, spec.context));
  const envelope = new Uint8Array(envelopeLength(spec.recipients.length, spec.size));
  const head = sealHead(seed, spec);
  envelope.set(head);
  envelope.set(uint(body.length, 4), head.length);
  envelope.set(body, head.length + 4);
  return envelope;
}

/**
 * Header and slots: everything that the seed and the spec determine without the plaintext. Whoever has recovered the
 * seed calls it again and compares.
 */
export function sealHead(seed: Uint8Array, { recipients, threshold, context }: EnvelopeSpec): Uint8Array {
  const count = recipients.length;
  if (context.length !== 32) throw new TypeError("a context has 32 bytes");
  if (count < 1 || count > 255) throw new TypeError("1 to 255 recipients");
  if (!Number.isInteger(threshold) || threshold < 1 || threshold > count)
    throw new TypeError("the threshold is 1 to the number of recipients");
  const keyIds = recipients.map(keyId);
  const shares = deal(seed, coefficients(seed, context, threshold), count);
  const head = new Uint8Array(HEADER + SLOT * count);
  head.set(new TextEncoder().encode(MAGIC));
  head[4] = threshold;
  head[5] = count;
  head.set(seedCommitment(seed, context, threshold, keyIds), 6);
  recipients.forEach((recipient, index) => {
    const share = shares[index] as Uint8Array;
    const id = keyIds[index] as Uint8Array;
    const { sharedSecret, ciphertext } = encapsulate(recipient, slotRandomness(seed, context, index));
    const slot = head.subarray(HEADER + SLOT * index);
    slot.set(id);
    slot.set(ciphertext, KEY_ID);
    slot.set(shareCommitment(context, index, share), KEY_ID + KEM_CIPHERTEXT);
    slot.set(boxSeal(share, slotKey(sharedSecret, context, id, index)), KEY_ID + KEM_CIPHERTEXT + 32);
  });
  return head;
}

/** `H("amana/v1 seed commitment", seed, context, u8 threshold, u8 count, keyIds)`, the key ids joined into one part. */
export function seedCommitment(seed: Uint8Array, context: Uint8Array, threshold: number, keyIds: readonly Uint8Array[]): Uint8Array {
  return H(TAGS.seedCommitment, seed, context, uint(threshold, 1), uint(keyIds.length, 1), concat(...keyIds));
}

/** The key of the body: each seed seals one body. */
export function bodyKey(seed: Uint8Array, context: Uint8Array): Uint8Array {
  return KDF(seed, context, TAGS.bodyKey);
}

/** The key of one sealed share. */
export function slotKey(sharedSecret: Uint8Array, context: Uint8Array, id: Uint8Array, index: number): Uint8Array {
  return KDF(sharedSecret, context, TAGS.slotKey, [id, uint(index, 1)]);
}

function slotRandomness(seed: Uint8Array, context: Uint8Array, index: number): Uint8Array {
  return KDF(seed, context, TAGS.slotRandomness, [uint(index, 1)], KEM_RANDOMNESS);
}

function coefficients(seed: Uint8Array, context: Uint8Array, threshold: number): Uint8Array {
  return threshold === 1 ? new Uint8Array(0) : KDF(seed, context, TAGS.shareCoefficients, [], SEED * (threshold - 1));
}
