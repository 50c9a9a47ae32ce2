import { equal, H, Reader, TAGS, uint } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { BOX_OVERHEAD, KEM_CIPHERTEXT } from "../primitives/index.ts";

/**
 *     struct {
 *       opaque magic[4] = "AMN1";  uint8 threshold;  uint8 count;
 *       opaque commitment[32];
 *       struct {
 *         opaque keyId[16];
 *         opaque kemCiphertext[1120];
 *         opaque shareCommitment[32];
 *         opaque sealedShare[33 + 16];
 *       } slots[count];
 *       uint32 length;  opaque body[length];
 *     } Envelope;
 */
export const MAGIC = "AMN1";
export const SEED = 32;
/** A share is y (as long as the seed) and x. */
export const SHARE: number = SEED + 1;
export const KEY_ID = 16;
export const HEADER: number = 4 + 1 + 1 + 32;
export const SLOT: number = KEY_ID + KEM_CIPHERTEXT + 32 + SHARE + BOX_OVERHEAD;
/** What the body has around the padded plaintext: the plaintext's length inside the box, and the box itself. */
const BODY_OVERHEAD = 4 + BOX_OVERHEAD;

export interface Slot {
  readonly keyId: Uint8Array;
  readonly kemCiphertext: Uint8Array;
  readonly shareCommitment: Uint8Array;
  readonly sealedShare: Uint8Array;
}

export interface Envelope {
  readonly threshold: number;
  readonly commitment: Uint8Array;
  readonly slots: readonly Slot[];
  readonly body: Uint8Array;
}

/** What everyone knows of a round's envelopes without any key; see {@link checkEnvelope}. */
export interface EnvelopeShape {
  /** The {@link keyId} of each recipient, in the order of the slots. */
  readonly keyIds: readonly Uint8Array[];
  /** How many shares open it. */
  readonly threshold: number;
  /** Bytes of the padded plaintext. */
  readonly size: number;
}

/** Bytes of an envelope for so many recipients and a padded plaintext of `size` bytes. */
export function envelopeLength(recipients: number, size: number): number {
  return HEADER + SLOT * recipients + 4 + BODY_OVERHEAD + size;
}

/** What a slot calls its recipient: the first 16 bytes of `H("amana/v1 key id", publicKey)`. */
export function keyId(publicKey: Uint8Array): Uint8Array {
  return H(TAGS.keyId, publicKey).subarray(0, KEY_ID);
}

/** `H("amana/v1 share commitment", context, u8 index, share)`, made by whoever seals, checked by whoever opens. */
export function shareCommitment(context: Uint8Array, index: number, share: Uint8Array): Uint8Array {
  return H(TAGS.shareCommitment, context, uint(index, 1), share);
}

/** Reads an envelope; the bytes are attacker-controlled. @throws ERR_ENVELOPE_FORMAT */
export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const reader = new Reader(bytes, "ERR_ENVELOPE_FORMAT");
  reader.magic(MAGIC);
  const threshold = reader.uint8();
  const count = reader.uint8();
  if (threshold < 1 || threshold > count) throw new AmanaError("ERR_ENVELOPE_FORMAT");
  const envelope: Envelope = {
    threshold,
    commitment: reader.take(32),
    slots: Array.from({ length: count }, () => ({
      keyId: reader.take(KEY_ID),
      kemCiphertext: reader.take(KEM_CIPHERTEXT),
      shareCommitment: reader.take(32),
      sealedShare: reader.take(SHARE + BOX_OVERHEAD),
    })),
    body: reader.vector(bytes.length),
  };
  reader.end();
  return envelope;
}

/**
 * What a collector can check without any key: length, magic, threshold, the recipients' key ids in their order, the
 * length of the body. Whether the slots open is known to their recipients alone. @throws ERR_ENVELOPE_FORMAT
 */
export function checkEnvelope(envelope: Uint8Array, shape: EnvelopeShape): void {
  checkedEnvelope(envelope, shape);
}

/** {@link checkEnvelope}, returning what it read. @throws ERR_ENVELOPE_FORMAT */
export function checkedEnvelope(envelope: Uint8Array, shape: EnvelopeShape): Envelope {
  // 1. The length, before anything is copied.
  if (envelope.length !== envelopeLength(shape.keyIds.length, shape.size)) throw new AmanaError("ERR_ENVELOPE_FORMAT");
  // 2. The struct.
  const read = decodeEnvelope(envelope);
  // 3. The round's threshold and recipients. With the count right, the total length leaves one length for the body.
  if (read.threshold !== shape.threshold || read.slots.length !== shape.keyIds.length) throw new AmanaError("ERR_ENVELOPE_FORMAT");
  if (!read.slots.every((slot, index) => equal(slot.keyId, shape.keyIds[index] as Uint8Array))) throw new AmanaError("ERR_ENVELOPE_FORMAT");
  return read;
}
