import { combine } from "shamir-secret-sharing";
import { copy, equal, Reader } from "../bytes/index.ts";
import { AmanaError } from "../errors/index.ts";
import { boxOpen, decapsulate, type KemKey } from "../primitives/index.ts";
import { checkedEnvelope, decodeEnvelope, keyId, SEED, SHARE, type Slot, shareCommitment } from "./format.ts";
import { bodyKey, type EnvelopeSpec, sealHead, seedCommitment, slotKey } from "./seal.ts";

/** One recipient's piece of the seed: 33 bytes y ‖ x, x = index + 1. With k of them the envelope opens: keep it secret until the reveal. */
export type Share = Uint8Array;

/**
 * The share in one's own slot. A trustee's or handler's tool calls it with the private key, which never leaves it.
 * Null when the slot is another's, does not open, or holds something else than it commits to. Whatever the envelope
 * holds, this never throws: a hostile envelope must not stop a count.
 */
export function openShare(envelope: Uint8Array, index: number, key: KemKey, context: Uint8Array): Share | null {
  const slot = slotAt(envelope, index);
  if (slot === null) return null;
  // 1. The slot names this key. Never try keys: a slot that opens under a key it does not name would be an oracle.
  const id = keyId(key.publicKey);
  if (!equal(slot.keyId, id)) return null;
  // 2. The shared secret. A ciphertext that is not for us gives another secret (implicit rejection), or fails.
  let sharedSecret: Uint8Array;
  try {
    sharedSecret = decapsulate(key, slot.kemCiphertext);
  } catch {
    return null;
  }
  // 3. The box opens, and 4. holds what the slot commits to, for x = index + 1.
  const share = boxOpen(slot.sealedShare, slotKey(sharedSecret, context, id, index));
  return share !== null && fits(slot, index, context, share) ? copy(share) : null;
}

/** Whether a share that someone revealed is the one that the slot at `index` commits to. Anyone can check; false for anything malformed. */
export function matchesShareCommitment(envelope: Uint8Array, index: number, context: Uint8Array, share: Share): boolean {
  const slot = slotAt(envelope, index);
  return slot !== null && fits(slot, index, context, share);
}

/**
 * Opens an envelope with at least k shares that match their commitments, of any openers: which ones makes no difference,
 * because whatever is not exactly what sealing the seed again gives is refused for everyone alike.
 * Shares that do not match are left aside. The openers call it; the plaintext stays on their machines.
 * @throws ERR_ENVELOPE_FORMAT if it is no envelope of this spec
 * @throws ERR_ENVELOPE_SHARES if fewer than k shares match: ask the others for theirs
 * @throws ERR_ENVELOPE_INVALID if whoever sealed it did not follow the protocol: no other shares will help
 */
export async function open(envelope: Uint8Array, shares: readonly Share[], spec: EnvelopeSpec): Promise<Uint8Array> {
  const { recipients, threshold, context, size } = spec;
  // 1. The struct, threshold and recipients are the round's.
  const keyIds = recipients.map(keyId);
  const { slots, commitment, body } = checkedEnvelope(envelope, { keyIds, threshold, size });
  // 2. k shares that match their commitments. There is no slot at x = 0, where the library would combine to anything.
  const matching = slots.flatMap((slot, index) => shares.find((share) => fits(slot, index, context, share)) ?? []);
  if (matching.length < threshold) throw new AmanaError("ERR_ENVELOPE_SHARES");
  // 3. The seed they combine to is the one committed to. (Step 4 would find it too, at a hundred times the cost.)
  const seed = await combineShares(matching.slice(0, threshold));
  if (!equal(commitment, seedCommitment(seed, context, threshold, keyIds))) throw new AmanaError("ERR_ENVELOPE_INVALID");
  // 4. Sealing it again gives this very header and these very slots: all other sets of shares lead here too.
  const head = sealHead(seed, spec);
  if (!equal(envelope.subarray(0, head.length), head)) throw new AmanaError("ERR_ENVELOPE_INVALID");
  // 5. The body opens under its one key.
  const padded = boxOpen(body, bodyKey(seed, context));
  if (padded === null) throw new AmanaError("ERR_ENVELOPE_INVALID");
  // 6. What follows the plaintext is zeros: no room for a second message.
  const reader = new Reader(padded, "ERR_ENVELOPE_INVALID");
  const plaintext = reader.vector(size);
  if (reader.take(reader.left).some((byte) => byte !== 0)) throw new AmanaError("ERR_ENVELOPE_INVALID");
  return plaintext;
}

/** The slot at `index`, or null if there is none or this is no envelope. */
function slotAt(envelope: Uint8Array, index: number): Slot | null {
  try {
    return decodeEnvelope(envelope).slots[index] ?? null;
  } catch {
    return null;
  }
}

/** The length is checked here since the library throws on unequal ones, and a slot can commit to anything. */
function fits(slot: Slot, index: number, context: Uint8Array, share: Uint8Array): boolean {
  return share.length === SHARE && share[SEED] === index + 1 && equal(slot.shareCommitment, shareCommitment(context, index, share));
}

/** The library refuses one share and Node's Buffers; a single share of a constant polynomial is the seed itself. */
async function combineShares(shares: readonly Share[]): Promise<Uint8Array> {
  const plain = shares.map(copy);
  return plain.length === 1 ? (plain[0] as Uint8Array).subarray(0, SEED) : combine(plain);
}
