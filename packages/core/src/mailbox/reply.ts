import { concat, equal, fromHex, fromUtf8, H, Reader, type Rng, SHA256, TAGS, uint, utf8 } from "../bytes/index.ts";
import { envelopeLength, open, openShare, seal } from "../envelope/index.ts";
import { AmanaError, isAmanaError } from "../errors/index.ts";
import { type Manifest, manifestId } from "../manifest/index.ts";
import { type KemKey, kemKey, randomBytes, type SigningKey, sign, verify } from "../primitives/index.ts";

/** Every reply, real or filler, has this many bytes. */
export const REPLY_LENGTH = 4096;
/** Padded plaintext inside a reply: what the envelope leaves of 4 KiB. */
const SIZE: number = REPLY_LENGTH - 32 - envelopeLength(1, 0);
const HEAD = 1 + 64;
/** The longest text of a reply in bytes of UTF-8. */
export const REPLY_TEXT_LIMIT: number = SIZE - HEAD;

/** An opened reply: who wrote it (its organisation is in the manifest) and what. */
export interface Reply {
  readonly handler: number;
  readonly text: string;
}

/** Where a reply is found. Different for each, so that the store does not tell which replies belong together or how many there are. */
export function replyLookup(reportsManifestId: Uint8Array, address: Uint8Array, sequence: number): Uint8Array {
  return H(TAGS.replyLookup, reportsManifestId, address, uint(sequence, 4));
}

function replyContext(id: Uint8Array, address: Uint8Array, sequence: number): Uint8Array {
  return H(TAGS.contextReply, id, address, uint(sequence, 4));
}

function replyMessage(id: Uint8Array, address: Uint8Array, sequence: number, text: Uint8Array): Uint8Array {
  return H(TAGS.reply, id, address, uint(sequence, 4), SHA256(text));
}

/**
 *     struct {
 *       opaque lookup[32];
 *       opaque envelope[4064];     // k = 1, to the reply key, of: uint8 handler; opaque signature[64]; opaque text[..]
 *     } Reply;                                                                                            4,096 bytes
 *
 * A handler's tool calls it. Signature and handler are inside: from outside a reply looks like a filler.
 */
export function sealReply(
  fields: { reports: Manifest; address: Uint8Array; replyKey: Uint8Array; sequence: number; handler: number; text: string },
  key: SigningKey,
  rng: Rng = randomBytes,
): Uint8Array {
  const { address, replyKey, sequence, handler } = fields;
  const id = manifestId(fields.reports);
  const text = utf8(fields.text);
  if (text.length > REPLY_TEXT_LIMIT) throw new AmanaError("ERR_ENVELOPE_SIZE");
  const plaintext = concat(uint(handler, 1), sign(key, replyMessage(id, address, sequence, text)), text);
  const context = replyContext(id, address, sequence);
  return concat(replyLookup(id, address, sequence), seal(plaintext, { recipients: [replyKey], threshold: 1, context, size: SIZE, rng }));
}

/** An entry that nobody can open: an envelope to a key that was thrown away. The server fills the store with them. */
export function fillerReply(rng: Rng = randomBytes): Uint8Array {
  const { publicKey } = kemKey(rng(32));
  return concat(rng(32), seal(rng(HEAD), { recipients: [publicKey], threshold: 1, context: rng(32), size: SIZE, rng }));
}

/** What a store accepts as a reply: the right length. */
export function isReplyShaped(bytes: Uint8Array): boolean {
  return bytes.length === REPLY_LENGTH;
}

/**
 * Finds and opens all replies to one mailbox in the whole store, from sequence 0 without a gap. The reporter's client calls it;
 * the store is attacker-controlled: a reply that is not signed by a handler of the channel is refused.
 * @throws ERR_REPLY_INVALID
 */
export async function openReplies(store: readonly Uint8Array[], reports: Manifest, address: Uint8Array, key: KemKey): Promise<Reply[]> {
  const id = manifestId(reports);
  const replies: Reply[] = [];
  for (;;) {
    const lookup = replyLookup(id, address, replies.length);
    const found = store.filter((entry) => equal(entry.subarray(0, 32), lookup));
    if (found.length === 0) return replies;
    if (found.length > 1) throw new AmanaError("ERR_REPLY_INVALID");
    replies.push(await openReply((found[0] as Uint8Array).subarray(32), reports, address, replies.length, key));
  }
}

async function openReply(envelope: Uint8Array, reports: Manifest, address: Uint8Array, sequence: number, key: KemKey): Promise<Reply> {
  const id = manifestId(reports);
  const context = replyContext(id, address, sequence);
  try {
    const share = openShare(envelope, 0, key, context);
    if (share === null) throw new AmanaError("ERR_REPLY_INVALID");
    const plaintext = await open(envelope, [share], { recipients: [key.publicKey], threshold: 1, context, size: SIZE });
    const reader = new Reader(plaintext, "ERR_REPLY_INVALID");
    const handler = reader.uint8();
    const signature = reader.take(64);
    const text = reader.take(reader.left);
    const holder = reports.handlers[handler];
    if (holder === undefined || !verify(fromHex(holder.signingKey), replyMessage(id, address, sequence, text), signature)) {
      throw new AmanaError("ERR_REPLY_INVALID");
    }
    return { handler, text: fromUtf8(text) };
  } catch (error) {
    if (isAmanaError(error)) throw new AmanaError("ERR_REPLY_INVALID");
    throw error;
  }
}
