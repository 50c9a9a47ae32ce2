import { concat, draw, equal, fromHex, H, Reader, type Rng, SHA256, TAGS, uint, uint64, vector } from "../bytes/index.ts";
import { open, openShare, type Share, seal } from "../envelope/index.ts";
import { AmanaError } from "../errors/index.ts";
import { type Manifest, manifestId, recipients } from "../manifest/index.ts";
import { type KemKey, randomBytes, type SigningKey, sign, verify } from "../primitives/index.ts";

export const SHARE_LENGTH = 33;
const BLIND_LENGTH = 32;
const MAGIC = "AMV1";

/** A trustee's shares, one per selected submission in ledger order; zeros where its slot did not open. */
export interface ShareList {
  /** 32 random bytes that hide the list inside its commitment. The trustee keeps them until the reveal. */
  readonly blind: Uint8Array;
  /** 33 bytes each. */
  readonly list: Uint8Array;
}

/** Makes a share list. A trustee's tool calls it and keeps the result to itself until the reveal. */
export function shareList(shares: readonly (Share | null)[], rng: Rng = randomBytes): ShareList {
  const list = new Uint8Array(SHARE_LENGTH * shares.length);
  shares.forEach((share, place) => {
    if (share === null) return;
    if (share.length !== SHARE_LENGTH) throw new TypeError(`a share has ${SHARE_LENGTH} bytes`);
    list.set(share, SHARE_LENGTH * place);
  });
  return { blind: draw(rng, BLIND_LENGTH), list };
}

/** The share at one place, or null. */
export function shareAt({ list }: ShareList, place: number): Share | null {
  const share = list.subarray(SHARE_LENGTH * place, SHARE_LENGTH * (place + 1));
  return share.length < SHARE_LENGTH || share.every((byte) => byte === 0) ? null : new Uint8Array(share);
}

/** `H("amana/v1 share list", manifestId, u8 index, u64 ledgerSize, blind, SHA-256(list))`: what a trustee logs before anyone reveals. */
export function shareListCommitment(id: Uint8Array, holder: number, ledgerSize: number, { blind, list }: ShareList): Uint8Array {
  return H(TAGS.shareList, id, uint(holder, 1), uint64(ledgerSize), blind, SHA256(list));
}

/** Where a reveal belongs. */
export interface RevealPlace {
  readonly attempt: number;
  readonly ledgerSize: number;
  readonly sender: number;
  readonly receiver: number;
}

function revealContext(id: Uint8Array, { attempt, ledgerSize, sender, receiver }: RevealPlace): Uint8Array {
  return H(TAGS.contextShareList, id, uint(attempt, 1), uint64(ledgerSize), uint(sender, 1), uint(receiver, 1));
}

function revealMessage(id: Uint8Array, place: RevealPlace, envelope: Uint8Array): Uint8Array {
  const { attempt, ledgerSize, sender, receiver } = place;
  return H(TAGS.reveal, id, uint(attempt, 1), uint64(ledgerSize), uint(sender, 1), uint(receiver, 1), SHA256(envelope));
}

/**
 * A share list sealed by one opener to another, signed.
 *
 *     struct {
 *       opaque magic[4] = "AMV1";  uint8 attempt;  uint64 ledgerSize;  uint8 sender;  uint8 receiver;
 *       uint32 length;  opaque envelope[length];  opaque signature[64];
 *     } Reveal;
 */
export function sealReveal(manifest: Manifest, place: RevealPlace, shares: ShareList, key: SigningKey, rng: Rng = randomBytes): Uint8Array {
  const id = manifestId(manifest);
  const plaintext = concat(shares.blind, shares.list);
  const recipient = recipients(manifest)[place.receiver] as Uint8Array;
  const envelope = seal(plaintext, {
    recipients: [recipient],
    threshold: 1,
    context: revealContext(id, place),
    size: plaintext.length,
    rng,
  });
  return concat(
    new TextEncoder().encode(MAGIC),
    uint(place.attempt, 1),
    uint64(place.ledgerSize),
    uint(place.sender, 1),
    uint(place.receiver, 1),
    vector(envelope),
    sign(key, revealMessage(id, place, envelope)),
  );
}

/** Who sent a reveal to whom; the signature is checked against the manifest. @throws ERR_SHARE_LIST_FORMAT */
export function readReveal(bytes: Uint8Array, manifest: Manifest): RevealPlace & { readonly envelope: Uint8Array } {
  const reader = new Reader(bytes, "ERR_SHARE_LIST_FORMAT");
  reader.magic(MAGIC);
  const place = { attempt: reader.uint8(), ledgerSize: reader.uint64(), sender: reader.uint8(), receiver: reader.uint8() };
  const envelope = reader.vector(bytes.length);
  const signature = reader.take(64);
  reader.end();
  const sender = manifest.trustees[place.sender];
  if (sender === undefined || manifest.trustees[place.receiver] === undefined || place.sender === place.receiver)
    throw new AmanaError("ERR_SHARE_LIST_FORMAT");
  if (!verify(fromHex(sender.signingKey), revealMessage(manifestId(manifest), place, envelope), signature)) {
    throw new AmanaError("ERR_SHARE_LIST_FORMAT");
  }
  return { ...place, envelope };
}

/**
 * Opens a reveal sent to this trustee and checks it against the commitment that its sender logged. Attempt and receiver are
 * inside the signature and the envelope's context; the caller has compared them with where it stands (`readReveal`).
 * @throws ERR_SHARE_LIST_FORMAT when it is not signed by its sender or not for this key; ERR_ENVELOPE_FORMAT, ERR_ENVELOPE_INVALID when
 * it is not sealed as the protocol says; ERR_COMMITMENT_MISMATCH when the list is another than was committed to. What a sender signed and
 * does not open to its commitment is logged as its fault.
 */
export async function openReveal(
  bytes: Uint8Array,
  manifest: Manifest,
  key: KemKey,
  count: number,
  commitment: Uint8Array,
): Promise<ShareList> {
  const { envelope, ...place } = readReveal(bytes, manifest);
  const id = manifestId(manifest);
  const context = revealContext(id, place);
  const recipient = recipients(manifest)[place.receiver] as Uint8Array;
  const share = openShare(envelope, 0, key, context);
  if (share === null) throw new AmanaError("ERR_SHARE_LIST_FORMAT");
  const size = BLIND_LENGTH + SHARE_LENGTH * count;
  const plaintext = await open(envelope, [share], { recipients: [recipient], threshold: 1, context, size });
  const shares = { blind: plaintext.subarray(0, BLIND_LENGTH), list: plaintext.subarray(BLIND_LENGTH) };
  // A shorter plaintext in an envelope of the right size is no list of these places, whatever was committed to.
  const committed = equal(shareListCommitment(id, place.sender, place.ledgerSize, shares), commitment);
  if (plaintext.length !== size || !committed) throw new AmanaError("ERR_COMMITMENT_MISMATCH");
  return shares;
}
